// Every page: htmx, Alpine (CSP build), Bootstrap's menus, and our small behaviours. Sets <body data-ready> when done.
import Alpine from "@alpinejs/csp";
import "@tabler/core/js/src/bootstrap/collapse";
import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/tab";
import htmx from "htmx.org";
import { notice, startDialogs } from "./parts/dialogs";
import { startForms, useForms } from "./parts/forms";
import { startLists, useLists } from "./parts/lists";
import { startLeaving } from "./parts/leaving";
import { useLookUps } from "./parts/lookup";
import { file, make, once, text } from "./parts/page";
import { Where } from "./parts/where";

Object.assign(htmx.config, {
  allowEval: false,
  attributesToSettle: ["class", "width", "height"], // not "style": written as an attribute, the page's policy refuses it
  includeIndicatorStyles: false,
  historyCacheSize: 0, // pages hold personal data: none of it may stay in the browser's storage
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  timeout: 30000,
});

declare global {
  interface Window { htmx: typeof htmx; Alpine: typeof Alpine }
}
window.htmx = htmx;
window.Alpine = Alpine;

// Small shared Alpine parts; the CSP build takes no expressions beyond names, so they live here.
Alpine.data("toggle", () => ({
  open: false,
  flip() { this.open = !this.open; },
  close() { this.open = false; },
}));

function style(address: string): void {
  if (!address || document.querySelector(`link[href="${address}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
}

type Lazy = { use(element: HTMLElement): void | Promise<void> };

/** Fetch a map only when someone is about to see it. */
function whenSeen(element: HTMLElement, use: (element: HTMLElement) => void): void {
  if (!("IntersectionObserver" in window)) return use(element);
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    watch.disconnect();
    use(element);
  }, { rootMargin: "300px" });
  watch.observe(element);
}

/** A form that was opened in place (data-come-to) is brought into view, with the cursor in its first field. */
function comeTo(holder: HTMLElement | undefined): void {
  if (holder?.dataset.comeTo === undefined || !holder.childElementCount) return;
  holder.scrollIntoView({ block: "nearest", behavior: "instant" });
  const field = holder.querySelector<HTMLElement>("[role=alert], input:not([type=hidden], [type=file]), select, textarea, button");
  if (holder.getBoundingClientRect().height > innerHeight - 80) holder.scrollIntoView({ block: "start", behavior: "instant" });
  field?.focus({ preventScroll: true });
}

/** Maps and charts are large: their files are fetched only by pages that show one. */
function lazy(root: ParentNode): void {
  const load = (element: HTMLElement, name: string) => {
    element.setAttribute("aria-busy", "true");
    import(file(name)).then((module: Lazy) => module.use(element)).catch((problem: unknown) => {
      console.error(problem);
      element.classList.add("lazy-failed");
      element.textContent = text("part_failed");
    }).finally(() => element.removeAttribute("aria-busy"));
  };
  const map = (element: HTMLElement) => {
    style(file("map-css"));
    load(element, "map");
  };
  const words = (element: HTMLElement) => element.append(make("p", { class: "map-loading", role: "status" }, text("map_loading")));
  once(root, "[data-map-pick]", "map", (element) => { words(element); map(element); });
  once(root, "[data-map]", "map", (element) => { words(element); whenSeen(element, map); });
  once(root, "[data-chart]", "chart", (element) => load(element, "charts"));
}

function use(root: ParentNode): void {
  useLists(root);
  useForms(root);
  useLookUps(root);
  once(root, "form:not([data-report]) [data-where]", "where", (part) => new Where(part));
  lazy(root);
}

function start(): void {
  startDialogs();
  startLists();
  startForms();
  startLeaving();
  use(document);
  document.addEventListener("htmx:afterSettle", (event) => comeTo((event as CustomEvent<{ target?: HTMLElement }>).detail.target));
  document.addEventListener("htmx:load", (event) => use((event as CustomEvent<{ elt: HTMLElement }>).detail.elt));
  document.addEventListener("notice", (event) => {
    const { words, tone } = (event as CustomEvent<{ words: string; tone?: string }>).detail;
    notice(words, tone);
  });
  Alpine.start();
  document.body.dataset.ready = "yes";
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
