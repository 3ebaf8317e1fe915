// The ground of our maps: areas and a plain grid. No tiles, no glyph server, nothing leaves the city's network.
import type { GeoJSONSource, LngLatBoundsLike, Map, StyleSpecification } from "maplibre-gl";

/** Colours and shapes by tone, the same as the badges of the pages. */
export const TONES: Record<string, { colour: string; shape: string }> = {
  late: { colour: "#b42318", shape: "triangle" },
  soon: { colour: "#b54708", shape: "diamond" },
  act: { colour: "#0b4a8f", shape: "circle" },
  done: { colour: "#1a7f45", shape: "square" },
  wait: { colour: "#5b6675", shape: "ring" },
};

type Collection = GeoJSON.FeatureCollection;
const NOTHING: Collection = { type: "FeatureCollection", features: [] };

export const STYLE: StyleSpecification = {
  version: 8,
  sources: {
    grid: { type: "geojson", data: NOTHING },
    areas: { type: "geojson", data: NOTHING },
    names: { type: "geojson", data: NOTHING },
  },
  layers: [
    { id: "paper", type: "background", paint: { "background-color": "#f3f5f8" } },
    { id: "grid", type: "line", source: "grid", filter: ["!", ["get", "fine"]], paint: { "line-color": "#dde3ea", "line-width": 1 } },
    { id: "areas", type: "fill", source: "areas", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ["coalesce", ["get", "fill"], "#dbe7f3"], "fill-opacity": ["case", ["has", "fill"], 0.95, 0.7] } },
    { id: "borders", type: "line", source: "areas", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": "#7f99b5", "line-width": 1.2 } },
    { id: "grid-fine", type: "line", source: "grid", minzoom: 12.5, filter: ["get", "fine"], paint: { "line-color": "#c9d6e4", "line-width": 1 } },
    {
      id: "streets", type: "line", source: "areas", filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round" }, paint: { "line-color": "#ffffff", "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 15, 6] },
    },
    {
      id: "street-names", type: "symbol", source: "areas", minzoom: 14.5, filter: ["==", ["geometry-type"], "LineString"],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 12, "text-font": ["sans-serif"], "text-max-angle": 60 },
      paint: { "text-color": "#33475c", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
    },
    {
      id: "road-names", type: "symbol", source: "names", minzoom: 11.5, maxzoom: 14.5, filter: ["has", "road"],
      layout: { "text-field": ["get", "name"], "text-size": 11, "text-font": ["sans-serif"] },
      paint: { "text-color": "#33475c", "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
    },
    {
      id: "names", type: "symbol", source: "names", minzoom: 9, filter: ["!", ["has", "road"]],
      layout: { "text-field": ["coalesce", ["get", "label"], ["get", "name"]], "text-size": 12, "text-font": ["sans-serif"], "text-max-width": 8 },
      paint: { "text-color": "#40566f", "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
    },
  ],
};

function eachPosition(geometry: GeoJSON.Geometry, use: (lon: number, lat: number) => void): void {
  if (geometry.type === "GeometryCollection") return geometry.geometries.forEach((part) => eachPosition(part, use));
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] === "number") use(value[0], value[1] as number);
    else value.forEach(walk);
  };
  walk(geometry.coordinates);
}

/** [west, south, east, north] of all features, or null when there are none. */
export function boundsOf(...collections: Collection[]): [number, number, number, number] | null {
  let box: [number, number, number, number] | null = null;
  for (const { features } of collections) {
    for (const { geometry } of features) {
      if (geometry) eachPosition(geometry, (lon, lat) => {
        box = box ? [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)] : [lon, lat, lon, lat];
      });
    }
  }
  return box;
}

/** Lines every 1/2/5 × 10ⁿ degrees, about a dozen across the box and some way beyond it; ten times finer inside it. */
function gridOver([west, south, east, north]: [number, number, number, number]): Collection {
  const span = Math.max(east - west, north - south, 0.02);
  const rough = span / 12;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => power * factor >= rough) ?? 10);
  const features: GeoJSON.Feature[] = [];
  const cover = (gap: number, beyond: number, fine: boolean) => {
    const [w, s, e, n] = [west - beyond, south - beyond, east + beyond, north + beyond];
    const line = (from: [number, number], to: [number, number]) =>
      features.push({ type: "Feature", properties: { fine }, geometry: { type: "LineString", coordinates: [from, to] } });
    for (let lon = Math.ceil(w / gap) * gap; lon <= e; lon += gap) line([lon, s], [lon, n]);
    for (let lat = Math.ceil(s / gap) * gap; lat <= n; lat += gap) line([w, lat], [e, lat]);
  };
  cover(step, span, false);
  if (span < 5) cover(step / 10, span / 20, true);
  return { type: "FeatureCollection", features };
}

/** Read a GeoJSON address of ours; an empty address gives an empty collection. */
export async function read(address: string | undefined): Promise<Collection> {
  if (!address) return NOTHING;
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as Collection;
}

/** Draw areas and roads, their names in their middles, and the grid; then show everything. */
export function layGround(map: Map, areas: Collection, points: Collection, keep?: LngLatBoundsLike): void {
  const box = boundsOf(areas, points) ?? [73.5, 18, 135, 53.6];
  (map.getSource("grid") as GeoJSONSource).setData(gridOver(box));
  (map.getSource("areas") as GeoJSONSource).setData(areas);
  (map.getSource("names") as GeoJSONSource).setData({
    type: "FeatureCollection",
    features: areas.features.flatMap((area) => {
      const own = boundsOf({ type: "FeatureCollection", features: [area] });
      if (!own || !area.properties?.name) return [];
      const middle = [(own[0] + own[2]) / 2, (own[1] + own[3]) / 2];
      const road = area.geometry?.type === "LineString" ? { road: true } : {};
      return [{ type: "Feature" as const, properties: { name: String(area.properties.name), ...(area.properties.label ? { label: String(area.properties.label) } : {}), ...road }, geometry: { type: "Point" as const, coordinates: middle } }];
    }),
  });
  map.fitBounds(keep ?? box, { padding: 36, maxZoom: 15, animate: false });
}

/** A small picture of each tone's shape, drawn at twice its size for sharp screens. */
export function addShapes(map: Map): void {
  for (const [tone, { colour, shape }] of Object.entries(TONES)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 36;
    const pen = canvas.getContext("2d")!;
    pen.lineWidth = 3;
    pen.strokeStyle = "#ffffff";
    pen.fillStyle = colour;
    pen.beginPath();
    if (shape === "triangle") { pen.moveTo(18, 4); pen.lineTo(33, 31); pen.lineTo(3, 31); }
    else if (shape === "diamond") { pen.moveTo(18, 3); pen.lineTo(33, 18); pen.lineTo(18, 33); pen.lineTo(3, 18); }
    else if (shape === "square") pen.rect(6, 6, 24, 24);
    else pen.arc(18, 18, 13, 0, Math.PI * 2);
    pen.closePath();
    pen.fill();
    pen.stroke();
    if (shape === "ring") { pen.beginPath(); pen.arc(18, 18, 5.5, 0, Math.PI * 2); pen.fillStyle = "#ffffff"; pen.fill(); }
    map.addImage(`tone-${tone}`, pen.getImageData(0, 0, 36, 36), { pixelRatio: 2 });
  }
}
