// A map of very many things: the server is asked for the part in view, cells with counts from afar and single things near by.
//
//   <div data-map data-src="cases.geojson?state=open" data-live="#list">
//     the answer: features, kind (cells or cases), words, notes, next (more of the same), whole (nothing more is to be drawn), bbox
//     #list holds [data-map-words], [data-map-spots] and [data-map-notes]: the same in words, with links
import type { ExpressionSpecification, GeoJSONSource, Map } from "maplibre-gl";
import { make } from "./page";

export interface Answer extends GeoJSON.FeatureCollection<GeoJSON.Point> {
  kind: "cells" | "cases";
  words: string;
  notes: string[];
  next: string | null;
  whole: boolean;
  bbox?: [number, number, number, number];
}

const MOST = 2000;
const LISTED = 50;
const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** Ask for what is in view (of all there is without `map`), following pages; a stopped `signal` ends it with an AbortError. */
export async function ask(source: string, map: Map | null, signal?: AbortSignal): Promise<Answer> {
  const address = new URL(source, location.href);
  if (map) {
    const box = map.getBounds();
    address.searchParams.set("view", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((v) => v.toFixed(4)).join(","));
    address.searchParams.set("zoom", map.getZoom().toFixed(1));
  }
  let all: Answer | null = null;
  do {
    if (all?.next) address.searchParams.set("cursor", all.next);
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" }, credentials: "same-origin", signal: signal ?? null });
    if (!answer.ok) throw new Error(`${address.pathname}: ${answer.status}`);
    const page = (await answer.json()) as Answer;
    all = all ? { ...all, next: page.next, features: [...all.features, ...page.features] } : page;
  } while (all.next && all.features.length < MOST);
  return all;
}

/** A number in a circle, and below it ▲ with how many of these are overdue. */
export function counted(label: ExpressionSpecification): ExpressionSpecification {
  const late: ExpressionSpecification = ["concat", "▲", ["to-string", ["get", "late"]]];
  return ["case", [">", ["get", "late"], 0], ["format", label, {}, "\n", {}, late, { "font-scale": 0.8 }], ["format", label, {}]];
}

/** Layers of cells; a red ring and ▲ tell of overdue cases in them. */
export function addCells(map: Map): void {
  map.addSource("cells", { type: "geojson", data: NOTHING });
  const size = ["interpolate", ["linear"], ["ln", ["get", "count"]], 0, 15, 4.6, 21, 9.2, 30];
  map.addLayer({
    id: "cells", type: "circle", source: "cells",
    paint: {
      "circle-color": "#0b4a8f", "circle-opacity": 0.9, "circle-stroke-width": 3,
      "circle-stroke-color": ["case", [">", ["get", "late"], 0], "#b42318", "#ffffff"],
      "circle-radius": size as never,
    },
  });
  map.addLayer({
    id: "cell-counts", type: "symbol", source: "cells",
    layout: {
      "text-field": counted(["get", "label"]),
      "text-font": ["sans-serif"], "text-size": 12, "text-line-height": 1, "text-allow-overlap": true, "text-ignore-placement": true,
    },
    paint: { "text-color": "#ffffff" },
  });
}

/** Put an answer onto the map and beside it. */
export function draw(map: Map | null, holder: HTMLElement, answer: Answer): void {
  const cells = answer.kind === "cells";
  (map?.getSource("cells") as GeoJSONSource | undefined)?.setData(cells ? answer : NOTHING);
  (map?.getSource("points") as GeoJSONSource | undefined)?.setData(cells ? NOTHING : answer);
  holder.dataset.mapKind = answer.kind;
  const ready = () => { holder.dataset.mapReady = String(answer.features.length); };
  if (map) map.once("idle", ready); else ready();
  tell(holder, answer);
}

/** Say beside the map what an answer shows. */
function tell(holder: HTMLElement, answer: Answer): void {
  const beside = holder.dataset.live && holder.dataset.live !== "none" ? document.querySelector<HTMLElement>(holder.dataset.live) : null;
  if (!beside) return;
  const words = beside.querySelector("[data-map-words]");
  if (words && words.textContent !== answer.words) words.textContent = answer.words;
  beside.querySelector("[data-map-notes]")?.replaceChildren(...answer.notes.map((note) => make("p", {}, note)));
  beside.querySelector("[data-map-spots]")?.replaceChildren(...answer.features.slice(0, LISTED).map(({ properties }) => spot(properties ?? {})));
}

function spot(about: Record<string, unknown>): HTMLElement {
  const url = typeof about.url === "string" && about.url.startsWith("/") ? about.url : "";
  const name = String(about.title ?? "");
  const said = [about.state, about.note].filter(Boolean).map(String).join(" · ");
  const late = about.tone === "late" || Number(about.late) > 0;
  return make("li", {}, url ? make("a", { href: url }, name) : name, make("span", { class: late ? "map-said map-late" : "map-said" }, said));
}

/** Draw `first`, then ask again whenever the map has come to rest; an older question is given up. Where everything is drawn
 *  already, only the words beside follow the view. */
export function follow(map: Map, holder: HTMLElement, first: Answer, drawn: (answer: Answer) => void): void {
  draw(map, holder, first);
  drawn(first);
  let asked: AbortController | null = null;
  let waiting = 0;
  const renew = async () => {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const answer = await ask(holder.dataset.src ?? "", map, signal);
      if (first.whole) tell(holder, answer);
      else { draw(map, holder, answer); drawn(answer); }
    } catch (error) {
      if (!signal.aborted) console.warn(error);
    }
  };
  map.on("movestart", () => asked?.abort());
  map.on("moveend", () => { clearTimeout(waiting); waiting = window.setTimeout(() => void renew(), 120); });
  void renew();
}
