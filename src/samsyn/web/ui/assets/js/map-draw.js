// One boundary, drawn with mouse, finger or keyboard. The list of corners is the truth: the map draws it,
// the hidden field carries it, and without this script the list alone is sent.
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { drawColours } from "./map-style.js";
import { crosses, hectares, parseCorners, rounded, toPolygon, writeCorners } from "./ring.js";
import { language, say } from "./words.js";

function polygonStyles() {
  const { line, fill, corner, edge } = drawColours();
  return {
    fillColor: fill, fillOpacity: 0.18, outlineColor: line, outlineWidth: 3,
    closingPointColor: corner, closingPointWidth: 8, closingPointOutlineColor: edge, closingPointOutlineWidth: 3,
    coordinatePointColor: corner, coordinatePointOutlineColor: edge,
  };
}

function selectStyles() {
  const { line, fill, corner, edge } = drawColours();
  return {
    selectedPolygonColor: fill, selectedPolygonFillOpacity: 0.18, selectedPolygonOutlineColor: line, selectedPolygonOutlineWidth: 3,
    selectionPointColor: corner, selectionPointWidth: 8, selectionPointOutlineColor: edge, selectionPointOutlineWidth: 3,
    midPointColor: edge, midPointWidth: 5, midPointOutlineColor: corner, midPointOutlineWidth: 2,
  };
}

function makeDraw(map, maplibre) {
  const editable = { feature: { draggable: false, coordinates: { midpoints: true, draggable: true, deletable: true } } };
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, lib: maplibre, coordinatePrecision: 6 }),
    modes: [
      new TerraDrawPolygonMode({ styles: polygonStyles(), pointerDistance: 24 }),
      new TerraDrawSelectMode({ styles: selectStyles(), flags: { polygon: editable }, pointerDistance: 24 }),
    ],
  });
}

/** Corners from the hidden field's GeoJSON (the server's value), else from the list. */
function startingCorners(target, list) {
  try {
    const value = JSON.parse(target.value);
    const geometry = value.type === "Feature" ? value.geometry : value;
    const ring = geometry.type === "MultiPolygon" ? geometry.coordinates[0][0] : geometry.coordinates[0];
    return rounded(ring.slice(0, -1));
  } catch {
    return list ? parseCorners(list.value).corners : [];
  }
}

// maplibre is handed in, so that this file can be fetched on drawing pages alone.
export function startDrawing(map, box, tell, maplibre) {
  const target = document.querySelector(box.dataset.drawTarget);
  const list = box.dataset.drawCoordinates ? document.querySelector(box.dataset.drawCoordinates) : null;
  const draw = makeDraw(map, maplibre);
  const past = [];
  let corners = [];
  let shown = null; // id of the polygon on the map
  let writing = false; // the map is being told, so its own report is not news

  draw.start();

  function report() {
    if (!corners.length) return tell(draw.getMode() === "polygon" ? say("drawing") : "");
    if (corners.length < 3) return tell(`${corners.length} ${say("corners")}. ${say("tooFew")}`);
    const size = hectares(corners);
    const digits = new Intl.NumberFormat(language, { maximumFractionDigits: size < 10 ? 1 : 0 }).format(size);
    return tell([`${corners.length} ${say("corners")}.`, say("hectares", digits), crosses(corners) ? say("crossing") : ""].join(" ").trim());
  }

  function fields(fromList) {
    target.value = corners.length >= 3 ? JSON.stringify(toPolygon(corners)) : "";
    target.dispatchEvent(new Event("input", { bubbles: true }));
    if (list && !fromList) list.value = writeCorners(corners);
    list?.removeAttribute("aria-invalid");
  }

  function paintMap() {
    writing = true;
    draw.clear();
    shown = null;
    if (corners.length >= 3) {
      const [answer] = draw.addFeatures([{ type: "Feature", properties: { mode: "polygon" }, geometry: toPolygon(corners) }]);
      shown = answer?.valid ? answer.id : null;
    }
    writing = false;
  }

  // remember: so that Ångra has something to go back to.
  function set(next, { fromList = false, fromMap = false, remember = true } = {}) {
    if (remember) past.push(corners);
    corners = rounded(next);
    fields(fromList);
    if (!fromMap) { paintMap(); mode("select"); }
    waiting();
    report();
  }

  // Fewer than three corners are not a polygon yet; they are shown as dots so that a keyboard can place them.
  let dots = [];
  function waiting() {
    for (const dot of dots) dot.remove();
    dots = corners.length >= 3 ? [] : corners.map((corner) => {
      const element = document.createElement("span");
      element.className = "map-corner";
      return new maplibre.Marker({ element }).setLngLat(corner).addTo(map);
    });
  }

  function mode(name) {
    draw.setMode(name);
    if (name === "select" && shown !== null) draw.selectFeature(shown);
    for (const button of box.querySelectorAll("[data-draw-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.drawMode === name));
    }
  }

  const ringOf = (feature) => feature.geometry.coordinates[0].slice(0, -1);

  draw.on("finish", (id, context) => {
    const feature = draw.getSnapshotFeature(id);
    if (feature?.geometry.type !== "Polygon") return;
    if (context.action === "draw") {
      const drawn = ringOf(feature);
      // terra-draw is still inside its own event; replace the old polygon afterwards.
      queueMicrotask(() => set(drawn));
    } else {
      set(ringOf(feature), { fromMap: true });
    }
  });
  draw.on("change", (ids, type) => {
    if (writing || type !== "update" || !ids.includes(shown) || draw.getMode() !== "select") return;
    const feature = draw.getSnapshotFeature(shown);
    if (!feature) return;
    const ring = rounded(ringOf(feature));
    // A corner removed by a click reports no "finish"; a drag does, and then the ring has equal length.
    if (ring.length !== corners.length) set(ring, { fromMap: true });
  });

  let pause;
  list?.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      const { corners: next, bad } = parseCorners(list.value);
      if (bad) {
        list.setAttribute("aria-invalid", "true");
        target.value = "";
        tell(say("badLine", bad));
        return;
      }
      set(next, { fromList: true });
    }, 400);
  });

  const actions = {
    corner: () => set([...corners, map.getCenter().toArray()]),
    undo: () => { if (past.length) set(past.pop(), { remember: false }); },
    clear: () => { set([]); mode("polygon"); report(); },
  };
  tools(box, (name) => { mode(name); tell(say(name === "polygon" ? "drawing" : "editing")); }, actions);

  const canvas = map.getCanvas();
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === canvas && draw.getMode() === "select") { event.preventDefault(); actions.corner(); }
  });

  const first = startingCorners(target, list);
  if (first.length) set(first, { remember: false });
  else { mode("polygon"); tell(say("drawing")); }
  if (first.length >= 3) {
    const bounds = new maplibre.LngLatBounds();
    for (const corner of first) bounds.extend(corner);
    map.fitBounds(bounds, { padding: 90, maxZoom: 17, duration: 0 });
  }
  const aim = document.createElement("span");
  aim.className = "map-aim";
  map.getCanvasContainer().after(aim);

  return {
    recolour() {
      draw.updateModeOptions("polygon", { styles: polygonStyles() });
      draw.updateModeOptions("select", { styles: selectStyles() });
    },
  };
}

function tools(box, onMode, actions) {
  const bar = box.querySelector("[data-map-tools]");
  const status = document.createElement("p");
  status.className = "map-status";
  status.dataset.mapStatus = "";
  status.setAttribute("role", "status");
  const button = (words, click, mode) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "btn";
    element.textContent = words;
    element.addEventListener("click", click);
    if (mode) element.dataset.drawMode = mode;
    return element;
  };
  bar.append(
    button(say("draw"), () => onMode("polygon"), "polygon"),
    button(say("edit"), () => onMode("select"), "select"),
    button(say("corner"), actions.corner),
    button(say("undo"), actions.undo),
    button(say("clear"), actions.clear),
    status,
  );
}
