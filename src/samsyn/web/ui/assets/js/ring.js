// A boundary as a list of corners: text in, text out, approximate size. No map, no DOM.

const LINE = /^(-?\d{1,3}(?:[.,]\d+)?)(?:\s*[;,]\s+|\s*;\s*|\s+)(-?\d{1,2}(?:[.,]\d+)?)$/;

/** Corners [[lon, lat], …] from one "lon lat" a line; `bad` is the first unreadable line (1-based) or 0. */
export function parseCorners(text) {
  const corners = [];
  let bad = 0;
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (!line) return;
    // A comma between two numbers with points is a separator: "18.06,59.33".
    const match = LINE.exec(line.replace(/^(-?\d+\.\d+),(-?\d+\.\d+)$/, "$1 $2"));
    if (!match) { bad ||= index + 1; return; }
    corners.push([Number(match[1].replace(",", ".")), Number(match[2].replace(",", "."))]);
  });
  const first = corners[0];
  const last = corners.at(-1);
  if (corners.length > 3 && first[0] === last[0] && first[1] === last[1]) corners.pop();
  return { corners, bad };
}

export const writeCorners = (corners) => corners.map(([lon, lat]) => `${lon.toFixed(6)} ${lat.toFixed(6)}`).join("\n");

// Six decimals are about a decimetre; more would pretend to a precision no one drew.
export const rounded = (corners) => corners.map(([lon, lat]) => [Number(lon.toFixed(6)), Number(lat.toFixed(6))]);

export const toPolygon = (corners) => ({ type: "Polygon", coordinates: [[...corners, corners[0]]] });

/** Approximate area [hectares] on a local plane: good to a per mille for anything drawn by hand. */
export function hectares(corners) {
  if (corners.length < 3) return 0;
  const metre = 111_320;
  const scale = Math.cos((corners.reduce((sum, corner) => sum + corner[1], 0) / corners.length) * (Math.PI / 180));
  const [lon0, lat0] = corners[0];
  const plane = corners.map(([lon, lat]) => [(lon - lon0) * metre * scale, (lat - lat0) * metre]);
  const twice = plane.reduce((sum, [x, y], i) => {
    const [x2, y2] = plane[(i + 1) % plane.length];
    return sum + x * y2 - x2 * y;
  }, 0);
  return Math.abs(twice) / 2 / 10_000;
}

const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

/** Whether two sides that are not neighbours cross each other. */
export function crosses(corners) {
  const n = corners.length;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [corners[i], corners[i + 1], corners[j], corners[(j + 1) % n]];
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
    }
  }
  return false;
}
