// Maps: one script for looking and for drawing. Loaded on map pages alone; the table beside has the same facts.
import * as maplibre from "maplibre-gl";
import { repaint, styleObject } from "./map-style.js";
import { say } from "./words.js";

const { LngLatBounds, Map: MapView, Marker, NavigationControl, setWorkerUrl } = maplibre;
const beside = (name) => new URL(name, import.meta.url).href;
const SWEDEN = [[10.6, 55.2], [24.2, 69.1]];

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

async function layer(url) {
  if (!url) return { type: "FeatureCollection", features: [] };
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

function extend(bounds, coordinates) {
  if (typeof coordinates[0] === "number") bounds.extend([coordinates[0], coordinates[1]]);
  else for (const part of coordinates) extend(bounds, part);
}

function boundsOf(...collections) {
  for (const { features } of collections) {
    const bounds = new LngLatBounds();
    for (const { geometry } of features) if (geometry) extend(bounds, geometry.coordinates);
    if (!bounds.isEmpty()) return bounds;
  }
  return null;
}

// Where the name hangs: the point itself, or the middle of the polygon's box.
function anchor(geometry) {
  if (geometry.type === "Point") return geometry.coordinates;
  const bounds = new LngLatBounds();
  extend(bounds, geometry.coordinates);
  return bounds.getCenter().toArray();
}

function placeMarker(feature, isLink) {
  const { name, note } = feature.properties;
  const url = isLink && feature.properties.url;
  const element = document.createElement(url ? "a" : "span");
  element.className = "map-place";
  if (url) element.href = url;
  const label = document.createElement("span");
  label.className = "map-place-name";
  label.textContent = name;
  if (note) {
    const more = document.createElement("small");
    more.textContent = note;
    label.append(more);
  }
  element.append(label);
  return new Marker({ element, anchor: "center" }).setLngLat(anchor(feature.geometry));
}

// Marks closer than this cannot be told apart by a thumb: they share one mark with their number.
const APART = 36;
const CLOSEST = 17;

function crowdMarker(map) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "map-place map-crowd";
  const marker = new Marker({ element, anchor: "center" }).setLngLat([0, 0]);
  element.addEventListener("click", () => {
    const bounds = new LngLatBounds();
    for (const member of marker.members) bounds.extend(member.getLngLat());
    map.fitBounds(bounds, { padding: 64, maxZoom: CLOSEST, duration: 0 });
    marker.members[0].getElement().focus({ preventScroll: true });
  });
  return marker;
}

function crowds(map, markers) {
  const groups = [];
  for (const marker of markers) {
    const { x, y } = map.project(marker.getLngLat());
    const group = groups.find((g) => Math.max(Math.abs(g.x - x), Math.abs(g.y - y)) < APART);
    if (group) group.members.push(marker);
    else groups.push({ x, y, members: [marker] });
  }
  return groups;
}

// Names that would cover a mark or an earlier name wait for hover, focus or a closer look.
function tidyNames(shown) {
  const taken = shown.map(({ x, y }) => [x - 12, y - 12, x + 12, y + 12]);
  for (const { x, y, marker } of shown) {
    const label = marker.getElement().firstChild;
    const box = [x + 13, y - 14, x + 16 + label.scrollWidth, y + 14];
    const covers = taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
    marker.getElement().classList.toggle("is-quiet", covers);
    if (!covers) taken.push(box);
  }
}

// As near as one can look, places on the same spot stand in a column instead of sharing a mark.
function tidyMarks(map, markers, spare) {
  const shown = [];
  let used = 0;
  for (const { x, y, members } of crowds(map, markers)) {
    const together = members.length > 1 && map.getZoom() < CLOSEST - 0.1;
    members.forEach((marker, row) => {
      marker.getElement().hidden = together;
      marker.setOffset([0, together ? 0 : row * APART]);
      if (!together) shown.push({ x, y: y + row * APART, marker });
    });
    if (!together) continue;
    spare[used] ??= crowdMarker(map).addTo(map);
    const crowd = spare[used++];
    crowd.members = members;
    crowd.setLngLat(members[0].getLngLat());
    crowd.getElement().textContent = members.length;
    crowd.getElement().setAttribute("aria-label", say("crowd", members.length));
  }
  spare.forEach((crowd, i) => { crowd.getElement().hidden = i >= used; });
  tidyNames(shown);
}

function viewOptions(box, canvas) {
  const bounds = box.dataset.bounds?.split(",").map(Number);
  return {
    container: canvas,
    style: styleObject(),
    bounds: bounds?.length === 4 && bounds.every(Number.isFinite) ? bounds : SWEDEN,
    fitBoundsOptions: { padding: 40 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    // A map inside a long page must not swallow the scroll; where the map is the task it may.
    cooperativeGestures: box.dataset.draw === undefined,
    locale: {
      "Map.Title": box.dataset.name ?? say("map"),
      "NavigationControl.ZoomIn": say("zoomIn"),
      "NavigationControl.ZoomOut": say("zoomOut"),
      "CooperativeGesturesHandler.WindowsHelpText": say("ctrlZoom"),
      "CooperativeGesturesHandler.MacHelpText": say("cmdZoom"),
      "CooperativeGesturesHandler.MobileHelpText": say("twoFingers"),
    },
  };
}

async function fill(map, box) {
  const names = ["outlines", "areas", "places"];
  const answers = await Promise.allSettled(names.map((name) => layer(box.dataset[name])));
  const data = Object.fromEntries(names.map((name, i) => [name, answers[i].value ?? { type: "FeatureCollection", features: [] }]));
  for (const name of names) map.getSource(name).setData(data[name]);
  if (answers.some(({ status }) => status === "rejected")) tell(box, say("noData"));
  const markers = data.places.features.filter(({ geometry, properties }) => geometry && properties?.name)
    .map((feature) => placeMarker(feature, box.dataset.draw === undefined));
  for (const marker of markers) marker.addTo(map);
  if (!box.dataset.bounds) {
    const bounds = boundsOf(data.places, data.areas, data.outlines);
    if (bounds) map.fitBounds(bounds, { padding: 48, maxZoom: 15, duration: 0 });
  }
  const spare = [];
  const tidy = () => tidyMarks(map, markers, spare);
  map.on("moveend", tidy);
  map.on("resize", tidy);
  tidy();
}

function tell(box, words) {
  let status = box.querySelector("[data-map-status]");
  if (!status) {
    status = document.createElement("p");
    status.className = "map-status";
    status.dataset.mapStatus = "";
    status.setAttribute("role", "status");
    box.append(status);
  }
  status.textContent = words;
}

function followTheme(map, also) {
  const again = () => { repaint(map); also?.(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}

async function draw(map, box) {
  const { startDrawing } = await import(box.dataset.drawScript ?? beside("map-draw.js"));
  return startDrawing(map, box, (words) => tell(box, words), maplibre);
}

// A pressed point becomes the question "what may be done here?", rounded to about ten metres.
function pickable(map, box) {
  if (!box.closest("[data-pick]")) return;
  map.on("click", ({ lngLat }) => {
    location.search = new URLSearchParams({ lon: lngLat.lng.toFixed(4), lat: lngLat.lat.toFixed(4) }).toString();
  });
}

function showMap(box) {
  const canvas = box.querySelector("[data-map-canvas]");
  box.classList.add("is-ready"); // the canvas needs its size before the map measures it
  setWorkerUrl(box.dataset.worker ?? beside("map-worker.js"));
  let map;
  try {
    map = new MapView(viewOptions(box, canvas));
  } catch {
    box.classList.remove("is-ready");
    canvas.replaceChildren();
    return;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  if (box.dataset.attribution) {
    const credit = document.createElement("p");
    credit.className = "map-attribution";
    credit.textContent = box.dataset.attribution;
    canvas.append(credit);
  }
  map.once("load", async () => {
    await fill(map, box);
    const drawing = box.dataset.draw === undefined ? null : await draw(map, box);
    followTheme(map, drawing?.recolour);
    pickable(map, box);
    box.dataset.state = "ready"; // browser tests wait for this
  });
}

if (hasWebGL()) for (const box of document.querySelectorAll("[data-map]")) showMap(box);
