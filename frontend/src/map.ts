// Maps, fetched only by pages that show one. A map is never the only way: pages list the same things in words.
//
//   <div data-map data-src="points.geojson" data-areas="areas.geojson">      things as points, clustered
//     areas may have a fill, a label, and a url that a click opens; then data-src may be empty
//     data-near="points" looks at the points closely instead of at the whole city
//     data-live asks anew for whatever part is in view, see parts/live.ts
//     each point's properties: title, url, tone (late soon act done wait), state, note
//   <div data-map-pick data-lon="#id_lon" data-lat="#id_lat" …>              choose one position for a form
import { GeolocateControl, Map, Marker, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, MapMouseEvent } from "maplibre-gl";
import { addShapes, boundsOf, layGround, read, STYLE, TONES } from "./parts/ground";
import { addCells, ask, counted, draw, follow } from "./parts/live";
import { file, make, text } from "./parts/page";

/** Whether the address keeps what part is shown, so that the way back from a list leads there. */
function keepsPlace(holder: HTMLElement): boolean {
  return holder.dataset.live !== undefined && holder.dataset.live !== "none";
}

/** Maps on the page. A browser draws some sixteen: whatever is swapped away gives its place back. */
const drawn = new Set<Map>();
document.addEventListener("htmx:afterSwap", () => {
  for (const map of drawn) {
    if (map.getContainer().isConnected) continue;
    drawn.delete(map);
    map.remove();
  }
});

function create(holder: HTMLElement): Map {
  const loading = holder.querySelector(".map-loading");
  loading?.remove(); // a map wants an empty box; the words go back on top of it until the first picture
  setWorkerUrl(new URL(file("map-worker"), location.href).href);
  const map = new Map({
    container: holder,
    style: STYLE,
    center: [104, 36],
    zoom: 3,
    attributionControl: false,
    dragRotate: false,
    hash: keepsPlace(holder),
    pitchWithRotate: false,
    cooperativeGestures: holder.dataset.mapPick === undefined,
    localIdeographFontFamily: "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif",
    locale: {
      "NavigationControl.ZoomIn": text("zoom_in"),
      "NavigationControl.ZoomOut": text("zoom_out"),
      "GeolocateControl.FindMyLocation": text("locate"),
      "GeolocateControl.LocationNotAvailable": text("no_location"),
      "Map.Title": holder.dataset.label ?? text("map"),
      "Popup.Close": text("close"),
      "CooperativeGesturesHandler.WindowsHelpText": text("zoom_help"),
      "CooperativeGesturesHandler.MacHelpText": text("zoom_help"),
      "CooperativeGesturesHandler.MobileHelpText": text("touch_help"),
    },
  });
  drawn.add(map);
  if (loading) holder.append(loading);
  map.once("idle", () => loading?.remove());
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  return map;
}

function loaded(map: Map): Promise<void> {
  return new Promise((done) => { if (map.isStyleLoaded()) done(); else map.once("style.load", () => done()); });
}

function popup(map: Map, at: [number, number], properties: Record<string, unknown>): void {
  const title = String(properties.title ?? "");
  const url = typeof properties.url === "string" && properties.url.startsWith("/") ? properties.url : "";
  const box = make("div", { class: "map-popup" });
  if (properties.state) box.append(make("span", { class: `tone tone-${String(properties.tone ?? "act")}` }, String(properties.state)));
  box.append(url ? make("a", { href: url, class: "d-block fw-bold" }, title) : make("strong", { class: "d-block" }, title));
  if (properties.note) box.append(make("div", { class: "text-secondary" }, String(properties.note)));
  new Popup({ maxWidth: "18rem", offset: 10 }).setLngLat(at).setDOMContent(box).addTo(map);
}

function addPoints(map: Map, points: GeoJSON.FeatureCollection): void {
  addShapes(map);
  map.addSource("points", { type: "geojson", data: points, cluster: true, clusterRadius: 44, clusterMaxZoom: 14, clusterProperties: { late: ["+", ["case", ["==", ["get", "tone"], "late"], 1, 0]] } });
  map.addLayer({
    id: "clusters", type: "circle", source: "points", filter: ["has", "point_count"],
    paint: {
      "circle-color": "#0b4a8f", "circle-opacity": 0.88, "circle-stroke-width": 3, "circle-stroke-color": ["case", [">", ["get", "late"], 0], "#b42318", "rgba(255,255,255,.75)"],
      "circle-radius": ["step", ["get", "point_count"], 14, 20, 18, 100, 23, 1000, 29],
    },
  });
  map.addLayer({
    id: "counts", type: "symbol", source: "points", filter: ["has", "point_count"],
    layout: { "text-field": counted(["to-string", ["get", "point_count_abbreviated"]]), "text-font": ["sans-serif"], "text-size": 12, "text-line-height": 1, "text-allow-overlap": true },
    paint: { "text-color": "#ffffff" },
  });
  map.addLayer({
    id: "points", type: "symbol", source: "points", filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["match", ["get", "tone"], Object.keys(TONES), ["concat", "tone-", ["get", "tone"]], "tone-act"],
      "icon-allow-overlap": true,
    },
  });
}

function listen(map: Map): void {
  map.on("click", "clusters", (event) => {
    const cluster = event.features?.[0];
    if (!cluster) return;
    const source = map.getSource("points") as GeoJSONSource;
    const center = (cluster.geometry as GeoJSON.Point).coordinates as [number, number];
    void source.getClusterExpansionZoom(Number(cluster.properties.cluster_id)).then((zoom) => map.easeTo({ center, zoom: zoom + 0.2 }));
  });
  map.on("click", "points", (event) => {
    const point = event.features?.[0];
    if (point) popup(map, (point.geometry as GeoJSON.Point).coordinates as [number, number], point.properties);
  });
  for (const layer of ["clusters", "points", "cells"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}

/** Areas that lead somewhere lead there on a click; the table beside says the same in words. */
function listenAreas(map: Map): void {
  map.on("click", "areas", (event) => {
    const area = event.features?.[0];
    const url = String(area?.properties.url ?? "");
    if (url.startsWith("/")) location.assign(url);
  });
  map.on("mouseenter", "areas", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "areas", () => { map.getCanvas().style.cursor = ""; });
}

/** What the shapes mean, for the tones that occur: `state` words where they are given. */
function legend(holder: HTMLElement, points: GeoJSON.FeatureCollection): void {
  const words: Record<string, string> = {};
  for (const { properties } of points.features) if (properties?.tone && !words[properties.tone]) words[properties.tone] = text(`tone_${properties.tone}`);
  holder.querySelector(".map-legend")?.remove();
  const known = Object.keys(TONES).filter((tone) => words[tone]);
  if (known.length) holder.append(make("div", { class: "map-legend" }, ...known.map((tone) => make("span", { class: `tone-mark mark-${tone}` }, words[tone]!))));
}

async function show(holder: HTMLElement): Promise<void> {
  const [areas, points] = await Promise.all([read(holder.dataset.areas), read(holder.dataset.src)]);
  if (!holder.isConnected) return; // swapped away meanwhile
  const map = create(holder);
  await loaded(map);
  const near = holder.dataset.near === "points" ? boundsOf(points) : null;
  // About a kilometre and a half around, so that the streets nearby tell where it is.
  const close: [number, number, number, number] | null = near && [near[0] - 0.015, near[1] - 0.01, near[2] + 0.015, near[3] + 0.01];
  layGround(map, areas, points, close || (areas.features.length ? boundsOf(areas) ?? undefined : undefined));
  addPoints(map, points);
  listen(map);
  if (areas.features.some(({ properties }) => properties?.url)) listenAreas(map);
  legend(holder, points);
  if (holder.dataset.src && !points.features.length) holder.append(make("div", { class: "map-empty" }, text("nothing_here")));
  map.once("idle", () => { holder.dataset.mapReady = String(points.features.length); });
}

/** A map of whatever part is in view: cells with counts from afar, single things near by. */
async function live(holder: HTMLElement): Promise<void> {
  const kept = keepsPlace(holder) && /^#\d/.test(location.hash);
  const [areas, first] = await Promise.all([read(holder.dataset.areas), ask(holder.dataset.src ?? "", null)]);
  if (!holder.isConnected) return;
  const map = create(holder);
  await loaded(map);
  const at = map.getCenter(), zoom = map.getZoom();
  const box = first.bbox;
  layGround(map, areas, first, box ? [box[0] - 0.004, box[1] - 0.003, box[2] + 0.004, box[3] + 0.003] : undefined);
  if (kept) map.jumpTo({ center: at, zoom });
  addPoints(map, { type: "FeatureCollection", features: [] });
  addCells(map);
  listen(map);
  map.on("click", "cells", (event) => {
    const cell = event.features?.[0];
    if (!cell) return;
    const center = (cell.geometry as GeoJSON.Point).coordinates as [number, number];
    if (map.getZoom() < 13.5) map.easeTo({ center, zoom: Math.min(map.getZoom() + 1.6, 14.2) });
    else popup(map, center, { ...cell.properties, tone: Number(cell.properties.late) > 0 ? "late" : "act" });
  });
  if (!first.features.length) holder.append(make("div", { class: "map-empty" }, text("nothing_here")));
  follow(map, holder, first, (answer) => legend(holder, answer));
}

async function pick(holder: HTMLElement): Promise<void> {
  const lon = document.querySelector<HTMLInputElement>(holder.dataset.lon ?? "[name=lon]");
  const lat = document.querySelector<HTMLInputElement>(holder.dataset.lat ?? "[name=lat]");
  if (!lon || !lat) throw new Error("data-map-pick: no inputs for lon and lat");
  const areas = await read(holder.dataset.areas);
  if (!holder.isConnected) return;
  const map = create(holder);
  const marker = new Marker({ color: "#0b4a8f", draggable: true });
  const put = (at: { lng: number; lat: number }, tell = true) => {
    marker.setLngLat([at.lng, at.lat]).addTo(map);
    if (!tell) return;
    lon.value = at.lng.toFixed(6);
    lat.value = at.lat.toFixed(6);
    for (const input of [lon, lat]) input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const fromInputs = () => {
    const at = { lng: parseFloat(lon.value), lat: parseFloat(lat.value) };
    if (Number.isFinite(at.lng) && Math.abs(at.lat) <= 90) { put(at, false); map.easeTo({ center: at, zoom: Math.max(map.getZoom(), 14) }); }
  };
  await loaded(map);
  const center = (holder.dataset.center ?? "").split(",").map(Number);
  layGround(map, areas, { type: "FeatureCollection", features: [] });
  if (center.length === 2 && center.every(Number.isFinite)) map.jumpTo({ center: center as [number, number], zoom: 12 });
  const finder = new GeolocateControl({ positionOptions: { enableHighAccuracy: true, timeout: 15000 }, fitBoundsOptions: { maxZoom: 16 } });
  finder.on("geolocate", (event: { coords: GeolocationCoordinates }) => put({ lng: event.coords.longitude, lat: event.coords.latitude }));
  map.addControl(finder, "top-right");
  map.on("click", (event: MapMouseEvent) => put(event.lngLat));
  marker.on("dragend", () => put(marker.getLngLat()));
  for (const input of [lon, lat]) input.addEventListener("input", fromInputs);
  fromInputs();
  map.once("idle", () => { holder.dataset.mapReady = "pick"; });
}

/** What a live map would show, put into the words beside it. */
async function said(holder: HTMLElement): Promise<GeoJSON.FeatureCollection> {
  const answer = await ask(holder.dataset.src ?? "", null);
  draw(null, holder, answer);
  return answer;
}

/** Where the device cannot draw (no WebGL): the first hundred things as links instead. */
async function listInstead(holder: HTMLElement): Promise<void> {
  const { features } = holder.dataset.live === undefined ? await read(holder.dataset.src || holder.dataset.areas) : await said(holder);
  const items = features.slice(0, 100).map(({ properties }) => make("li", {}, properties?.url?.startsWith?.("/")
    ? make("a", { href: properties.url }, String(properties.title ?? "")) : String(properties?.title ?? "")));
  holder.classList.add("lazy-failed");
  holder.replaceChildren(make("p", {}, text("no_webgl")), make("ul", {}, ...items));
}

/** Whether the device draws maps; asked once, as every try takes a place of those that a browser has. */
const draws = ((): boolean => {
  const tried = document.createElement("canvas").getContext("webgl2");
  tried?.getExtension("WEBGL_lose_context")?.loseContext();
  return tried !== null;
})();

/** Turn an element with `data-map` or `data-map-pick` into a map. */
export async function use(holder: HTMLElement): Promise<void> {
  if (!draws) return listInstead(holder);
  await (holder.dataset.mapPick !== undefined ? pick(holder) : holder.dataset.live === undefined ? show(holder) : live(holder));
}
