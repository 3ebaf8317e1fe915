// The triage desk by keyboard: digits choose, letters get a step ready, Enter makes it, the next case comes by itself.
// Everything here only presses what stands on the page; without it the page is a plain form.
const SILENT = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=combobox]";
const OWN_ENTER = "a, button, summary";
const OFF = "triage-keys-off";

const page = (): HTMLElement | null => document.querySelector("[data-triage]");
const find = <T extends HTMLElement>(selector: string): T | null => page()?.querySelector<T>(selector) ?? null;
const step = (name: string): HTMLButtonElement | null => find<HTMLButtonElement>(`button[name=decision][value=${name}]`);
let busy = false;

function keysOn(): boolean {
  try { return localStorage.getItem(OFF) !== "1"; } catch { return true; }
}

/** Get a step ready: Enter will press its button. With no name nothing is ready. */
function arm(name: string): void {
  outdated();
  page()?.querySelectorAll("[data-armed]").forEach((button) => button.removeAttribute("data-armed"));
  const button = name ? step(name) : null;
  const line = find("[data-armed-line]");
  if (line) line.hidden = !button;
  if (!button) return say("");
  button.dataset.armed = "";
  const words = Array.from(button.childNodes).filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("").trim();
  const chosen = name === "merge" ? find<HTMLInputElement>("[name=candidate]:checked")?.value ?? "" : "";
  const told = find("[data-armed-words]");
  if (told) told.textContent = `${words} ${chosen}`.trim();
  say(line?.textContent ?? "");
}

function say(words: string): void {
  const holder = document.querySelector("[data-said]");
  if (holder) holder.textContent = words;
}

/** Of several classes only the chosen one's unit is shown. */
function showDuty(): void {
  const chosen = find<HTMLInputElement>("[name=issue_class]:checked")?.value;
  page()?.querySelectorAll<HTMLElement>("[data-duty-of]").forEach((duty) => { duty.hidden = duty.dataset.dutyOf !== chosen; });
}

function choose(input: HTMLInputElement | null): void {
  if (!input || input.disabled) return;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus({ preventScroll: false });
}

function open(name: string, field: string): void {
  const details = find<HTMLDetailsElement>(name);
  if (details) details.open = true;
  find(field)?.focus();
}

/** The look-up field of a class (a select without scripts). */
function lookUp(): void {
  const other = find<HTMLInputElement>("[name=issue_class][value=other]");
  if (!other) return;
  choose(other);
  find("[data-other-class] input, [data-other-class] select")?.focus();
}

function digit(key: string): void {
  const rejecting = find<HTMLDetailsElement>("[data-reject]")?.open;
  choose(find(rejecting ? `[data-reason="${key}"]` : `[data-key="${key}"]`));
}

/** Get a step ready that is none of refusing, whose reasons are folded away: digits choose classes again. */
function instead(name: string): void {
  const reasons = find<HTMLDetailsElement>("[data-reject]");
  if (reasons) reasons.open = false;
  arm(name);
}

/** The hand-over gets ready once there is a class; without one it is said what is missing, and where. */
function dispatch(): void {
  const chosen = find<HTMLInputElement>("[name=issue_class]:checked");
  const lookedUp = chosen?.value !== "other" || find<HTMLInputElement>("[name=other_class]")?.value;
  if (!chosen || !lookedUp) {
    instead("");
    const missing = find("[data-no-class]");
    if (missing) missing.hidden = false;
    say(missing?.textContent ?? "");
    find<HTMLInputElement>("[name=issue_class]")?.focus();
    return;
  }
  instead("dispatch");
}

/** What was said of an earlier attempt goes as soon as something else is chosen. */
function outdated(): void {
  const missing = find("[data-no-class]");
  if (missing) missing.hidden = true;
  find("[data-problem]")?.remove();
}

function reject(): void {
  open("[data-reject]", "[data-reason]");
  arm("reject");
}

function leave(): void {
  const details = find<HTMLDetailsElement>("[data-reject]");
  if (details) details.open = false;
  page()?.querySelectorAll<HTMLInputElement>("[name=ready]:checked, [name=candidate]:checked").forEach((one) => { one.checked = false; });
  arm("");
  find("[data-title]")?.focus({ preventScroll: true });
}

const LETTERS: Record<string, () => void> = {
  d: dispatch, a: () => instead("accept"), x: reject, c: lookUp, g: () => open("[data-more]", "[data-more] input, [data-more] select"),
  j: () => find("[data-following]")?.click(), arrowright: () => find("[data-following]")?.click(),
  k: () => find("[data-previous]")?.click(), arrowleft: () => find("[data-previous]")?.click(),
  u: () => find("[data-undo]")?.click(), o: () => find("[data-open]")?.click(), "?": help, "？": help,
};

function help(): void {
  document.querySelector<HTMLDialogElement>("#triage-keys-dialog")?.showModal();
}

function enter(event: KeyboardEvent, target: HTMLElement): void {
  if (target.matches(OWN_ENTER) || event.repeat) return;
  event.preventDefault(); // a radio button's own Enter would send the form by its first button
  page()?.querySelector<HTMLButtonElement>("[data-armed]")?.click();
}

function press(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") { if (page()?.contains(target) || target === document.body) leave(); return; }
  if (target.matches(SILENT) || !page() || !keysOn() || busy) return;
  if (event.key === "Enter") return enter(event, target);
  if (event.repeat || (event.key.startsWith("Arrow") && target.matches("[type=radio]"))) return; // arrows choose among radio buttons
  const letter = LETTERS[event.key.toLowerCase()];
  if (!letter && !/^[1-9]$/.test(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (letter) letter(); else digit(event.key);
}

/** What came with a new case: what was done is said, the title is where reading begins, the next photos are fetched. */
function arrived(): void {
  const here = page();
  if (!here) return;
  busy = false;
  showDuty();
  here.querySelectorAll<HTMLElement>("[data-ahead]").forEach((one) => { new Image().src = one.dataset.ahead ?? ""; });
  const ready = find<HTMLInputElement>("[name=issue_class]:checked");
  if (ready && !find("[data-problem]")) arm("dispatch");
  if (here.dataset.saidNow || !find("[data-armed]")) say(here.dataset.saidNow ?? "");
}

function start(): void {
  const box = document.querySelector<HTMLInputElement>("[data-keys-on]");
  if (box) box.checked = keysOn();
  box?.addEventListener("change", () => {
    try { if (box.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1"); } catch { /* storage is switched off */ }
  });
  document.querySelector("[data-keys-help]")?.addEventListener("click", help);
  document.addEventListener("keydown", press, true); // before the keys of every page
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLElement;
    if (!page()?.contains(input)) return;
    outdated();
    if (input.getAttribute("name") === "other_class") choose(find<HTMLInputElement>("[name=issue_class][value=other]"));
    if (input.getAttribute("name") === "issue_class") showDuty();
    if (input.dataset.arms) arm(input.dataset.arms);
  });
  document.addEventListener("toggle", (event) => { // folded away by hand: what was ready in it is no longer
    const folded = event.target as HTMLDetailsElement;
    if (folded.matches("[data-reject]") && !folded.open && step("reject")?.dataset.armed !== undefined) arm("");
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => { if ((event as CustomEvent<{ target: HTMLElement }>).detail.target.id === "triage") busy = true; });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, () => { busy = false; });
  document.addEventListener("htmx:afterSettle", (event) => {
    if ((event as CustomEvent<{ target: HTMLElement }>).detail.target.id !== "triage") return;
    arrived();
    (find("[data-problem]") ?? find("[data-title]"))?.focus({ preventScroll: true });
    window.scrollTo({ top: 0, behavior: "instant" });
  });
  arrived();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
