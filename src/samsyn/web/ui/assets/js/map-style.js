// The map's look: a style object made here, colours taken from the page's own tokens. No tiles, glyphs or sprites.

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Paint values per layer; read again when the theme changes. */
export function paints() {
  return {
    // The outlines are too coarse to tell land from water on a street: near the ground everything is ground.
    water: { "background-color": ["interpolate", ["linear"], ["zoom"], 11, token("map-water"), 12.5, token("map-land")] },
    land: { "fill-color": token("map-land") },
    "land-line": { "line-color": token("map-line"), "line-width": 1, "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, 1, 13, 0] },
    "areas-fill": { "fill-color": token("accent"), "fill-opacity": ["case", ["boolean", ["get", "selected"], false], 0.12, 0] },
    "areas-line": { "line-color": token("rule-strong"), "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.4, 14, 1.4], "line-dasharray": [3, 2] },
    "places-fill": { "fill-color": token("accent"), "fill-opacity": 0.16 },
    "places-line": { "line-color": token("accent"), "line-width": 2.5 },
    "places-approximate": { "line-color": token("accent"), "line-width": 2, "line-dasharray": [2, 1.5] },
  };
}

/** Colours terra-draw wants as plain values. */
export const drawColours = () => ({ line: token("accent"), fill: token("accent"), corner: token("surface"), edge: token("accent") });

const polygons = ["==", ["geometry-type"], "Polygon"];
const approximate = ["boolean", ["get", "approximate"], false];

export function styleObject() {
  const paint = paints();
  const empty = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
  const layer = (id, type, source, filter) => ({ id, type, paint: paint[id], ...(source && { source }), ...(filter && { filter }) });
  return {
    version: 8,
    sources: { outlines: { ...empty }, areas: { ...empty }, places: { ...empty } },
    layers: [
      layer("water", "background"),
      layer("land", "fill", "outlines"),
      layer("land-line", "line", "outlines"),
      layer("areas-fill", "fill", "areas"),
      layer("areas-line", "line", "areas"),
      layer("places-fill", "fill", "places", polygons),
      layer("places-line", "line", "places", ["all", polygons, ["!", approximate]]),
      layer("places-approximate", "line", "places", ["all", polygons, approximate]),
    ],
  };
}

export function repaint(map) {
  for (const [layer, values] of Object.entries(paints())) {
    for (const [name, value] of Object.entries(values)) map.setPaintProperty(layer, name, value);
  }
}
