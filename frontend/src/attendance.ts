// Signing in and out on phones, with a network or without. A form that cannot be sent is kept and sent later, once; the
// leader's phone shows the changing code. Without this script the forms work as they stand.
import { CodeFace, keepCodes, keptCodes } from "./parts/codeface";
import type { Codes } from "./parts/codeface";
import { dismiss, fresh, keep, meet, now, refused, send, waiting, who } from "./parts/outbox";
import type { Sent } from "./parts/outbox";
import { words } from "./parts/where";

const opened = now();
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const PATIENCE = 12_000;
const AGAIN = 20_000;

const root = document.querySelector<HTMLElement>("[data-attendance]");

/** How many wait, why not sent, and what was refused. */
function tell(state: Sent): void {
  const box = document.querySelector<HTMLElement>("[data-outbox]");
  if (!box) return;
  const open = waiting(), bad = refused();
  box.hidden = !open.length && !bad.length;
  box.querySelector<HTMLElement>("[data-outbox-open]")!.hidden = !open.length;
  box.querySelector("[data-outbox-count]")!.textContent = String(open.length);
  box.querySelector("[data-outbox-why]")!.textContent = open.length ? words(box, state === "all" ? "offline" : state) : "";
  box.querySelector<HTMLElement>("[data-outbox-sign-in]")!.hidden = state !== "sign-in";
  const list = box.querySelector<HTMLElement>("[data-outbox-refused]")!;
  list.hidden = !bad.length;
  list.querySelector("ul")!.replaceChildren(...bad.map((call) => {
    const line = document.createElement("li");
    line.textContent = `${call.words}：${call.refused}`;
    return line;
  }));
  box.dataset.state = open.length ? state : "all";
}

async function flush(): Promise<void> {
  const before = waiting().length;
  const state = before ? await send() : "all";
  tell(state);
  if (before && !waiting().length && root?.dataset.online) location.replace(location.href);
}

/** A form as a call that can be kept; null where it needs the network. */
function keepable(form: HTMLFormElement, given: FormData, id: string): boolean {
  const args: Record<string, string> = {};
  for (const name of (form.dataset.args ?? "").split(" ").filter(Boolean)) {
    const value = form.dataset[`arg${name[0].toUpperCase()}${name.slice(1)}`] ?? String(given.get(name) ?? "");
    if (value) args[name] = value;
  }
  if (form.dataset.needs && !args[form.dataset.needs]) return false;
  const when = form.dataset.scanned === args.code && args.code ? opened : now();
  keep({ id, action: form.dataset.call!, when: when.toISOString(), args, who: who(), words: form.dataset.words ?? "" });
  return true;
}

async function submit(form: HTMLFormElement): Promise<void> {
  const given = new FormData(form), id = fresh();
  given.set("call", id);
  form.setAttribute("aria-busy", "true");
  const stop = new AbortController(), timer = window.setTimeout(() => stop.abort(), PATIENCE);
  try {
    if (!root?.dataset.online) throw new Error("offline page");
    const answer = await fetch(form.action, { method: "POST", body: given, credentials: "same-origin", redirect: "manual", signal: stop.signal });
    if (answer.status >= 500) throw new Error(String(answer.status));
    location.replace(location.pathname); // the page that follows says what became of it
    return;
  } catch {
    const kept = keepable(form, given, id);
    const said = form.closest<HTMLElement>("[data-attendance]")!.querySelector<HTMLElement>("[data-said]")!;
    said.textContent = words(root!, kept ? "kept" : "needs-network");
    said.hidden = false;
    if (kept) form.closest("[data-line]")?.setAttribute("data-waits", "yes");
    tell("offline");
  } finally {
    window.clearTimeout(timer);
    form.removeAttribute("aria-busy");
  }
}

/** Ask the phone once where it is, put that into the form, and send it. It is not kept. */
function locate(button: HTMLButtonElement): void {
  const form = button.form!;
  const said = root!.querySelector<HTMLElement>("[data-said]")!;
  const cannot = (): void => { said.textContent = words(root!, "no-location"); said.hidden = false; };
  if (!navigator.geolocation) return cannot();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    (form.elements.namedItem("lon") as HTMLInputElement).value = String(coords.longitude);
    (form.elements.namedItem("lat") as HTMLInputElement).value = String(coords.latitude);
    form.requestSubmit();
  }, cannot, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 });
}

function codesHere(): void {
  const face = document.querySelector<HTMLElement>("[data-code-face]"), held = document.getElementById("codes");
  if (!face || !held) return;
  const codes = JSON.parse(held.textContent!) as Codes;
  keepCodes(UUID.exec(location.pathname)?.[0] ?? "", codes);
  new CodeFace(face, codes);
}

/** The page that the service worker shows without a network: the part that fits to the address. */
function offlinePage(): void {
  const shift = UUID.exec(location.pathname)?.[0] ?? "", codes = keptCodes(shift);
  const leader = location.pathname.includes("/run/");
  const part = root!.querySelector<HTMLElement>(leader ? (codes ? "[data-offline-code]" : "[data-offline-nothing]") : who() ? "[data-offline-in]" : "[data-offline-nobody]")!;
  part.hidden = false;
  if (leader && codes) {
    part.querySelector("[data-offline-title]")!.textContent = codes.title;
    new CodeFace(part.querySelector<HTMLElement>("[data-code-face]")!, codes);
  }
  const scanned = new URLSearchParams(location.search).get("c") ?? "";
  part.querySelectorAll<HTMLFormElement>("form[data-call]").forEach((form) => {
    form.dataset.argShift = shift;
    form.dataset.scanned = scanned;
    (form.elements.namedItem("code") as HTMLInputElement).value = scanned;
  });
}

function start(): void {
  if (!root) return;
  meet(root);
  if (!root.dataset.online) offlinePage();
  codesHere();
  root.querySelectorAll<HTMLFormElement>("form[data-call]").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.getAttribute("aria-busy") !== "true") void submit(form);
  }));
  root.querySelectorAll<HTMLButtonElement>("[data-locate-in]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => locate(button));
  });
  document.querySelector("[data-outbox-read]")?.addEventListener("click", () => { dismiss(); tell("all"); });
  window.addEventListener("online", () => void flush());
  window.setInterval(() => { if (waiting().length) void flush(); }, AGAIN);
  void flush();
  if (root.dataset.worker && "serviceWorker" in navigator && window.isSecureContext) void navigator.serviceWorker.register(root.dataset.worker).catch(() => null);
  root.dataset.attendanceReady = "yes";
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
