// Lists by keyboard, many rows at once, filters that apply themselves and are remembered.
import { once } from "./page";

let current = -1;

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>("[data-row]")).filter((row) => row.offsetParent !== null);
}

function go(step: number): void {
  const all = rows();
  if (!all.length) return;
  current = Math.min(all.length - 1, Math.max(0, current + step));
  all.forEach((row, index) => row.classList.toggle("row-current", index === current));
  const row = all[current]!;
  if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** j/k move, Enter opens, x selects, / searches, ? shows the keys. Silent while someone is typing. */
function keys(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  const row = rows()[current];
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "Enter" && row && target === row) row.querySelector<HTMLElement>("a[data-open], a[href]")?.click();
  else if (event.key === "x" && row) row.querySelector<HTMLElement>("input[type=checkbox]")?.click();
  else if (event.key === "/") document.querySelector<HTMLElement>("[data-search]")?.focus();
  else if (event.key === "?") (document.getElementById("keys-dialog") as HTMLDialogElement | null)?.showModal();
  else return;
  event.preventDefault();
}

/** `[data-bulk]` around a list: one box selects all, Shift selects a run, the bar shows itself with the count. */
function bulk(area: HTMLElement): void {
  const boxes = () => Array.from(area.querySelectorAll<HTMLInputElement>("[data-bulk-one]:not(:disabled)"));
  let last = -1;
  const update = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    area.querySelectorAll<HTMLElement>("[data-bulk-bar]").forEach((bar) => { bar.hidden = chosen === 0; });
    area.querySelectorAll("[data-bulk-count]").forEach((place) => { place.textContent = String(chosen); });
    area.querySelectorAll<HTMLInputElement>("[data-bulk-all]").forEach((box) => {
      box.checked = chosen > 0 && chosen === boxes().length;
      box.indeterminate = chosen > 0 && chosen < boxes().length;
    });
    for (const box of boxes()) box.closest("[data-row]")?.classList.toggle("row-chosen", box.checked);
  };
  area.addEventListener("click", (event) => {
    const box = (event.target as Element).closest<HTMLInputElement>("[data-bulk-one]");
    if (!box) return;
    const all = boxes();
    const index = all.indexOf(box);
    if (event.shiftKey && last >= 0) {
      for (const other of all.slice(Math.min(last, index), Math.max(last, index) + 1)) other.checked = box.checked;
    }
    last = index;
    update();
  });
  area.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-bulk-all]")) for (const other of boxes()) other.checked = box.checked;
    update();
  });
  area.addEventListener("htmx:afterSwap", update);
  update();
}

/** `<form data-remember="name">`: an address without filters opens the filters used last; `data-forget` clears them. */
function remember(form: HTMLElement): void {
  const key = `view:${form.dataset.remember}`;
  try {
    const asked = new URLSearchParams(location.search);
    for (const name of ["q", "cursor", "group", "board"]) asked.delete(name); // words are looked for once, they are no view to come back to
    for (const [name, value] of [...asked]) if (!value) asked.delete(name);
    if (location.search.length > 1) localStorage.setItem(key, String(asked) && `?${asked}`);
    else {
      const last = localStorage.getItem(key);
      if (last && last !== location.search) location.replace(location.pathname + last);
    }
    form.querySelectorAll("[data-forget]").forEach((link) => {
      link.addEventListener("click", () => localStorage.removeItem(key));
    });
  } catch { /* storage is switched off: the list simply starts without filters */ }
}

export function startLists(): void {
  document.addEventListener("keydown", keys);
}

export function useLists(root: ParentNode): void {
  once(root, "[data-bulk]", "bulk", bulk);
  once(root, "form[data-remember]", "remember", remember);
  once(root, "form [data-autosubmit], form[data-autosubmit]", "autosubmit", (element) => {
    element.addEventListener("change", (event) => (event.target as HTMLInputElement).form?.requestSubmit());
  });
}
