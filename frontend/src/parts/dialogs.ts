// Questions before a step that cannot be undone, large photos, the list of keys, and short notices.
import { make, once, text } from "./page";

const asked = new WeakSet<Element>();

/** `data-confirm="question"` on a link, button or htmx element: ask first, then let the click happen. */
function confirmClicks(event: MouseEvent): void {
  const target = (event.target as Element | null)?.closest<HTMLElement>("[data-confirm]");
  const dialog = document.getElementById("confirm-dialog") as HTMLDialogElement | null;
  if (!target || !dialog || target.matches(":disabled, [aria-disabled=true]")) return;
  if (asked.delete(target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  dialog.querySelector("[data-confirm-text]")!.textContent = target.dataset.confirm!;
  const ok = dialog.querySelector<HTMLButtonElement>("button[value=ok]")!;
  ok.textContent = target.dataset.confirmOk ?? target.textContent?.trim() ?? text("ok");
  ok.classList.toggle("btn-danger", target.dataset.confirmTone === "danger");
  ok.classList.toggle("btn-primary", target.dataset.confirmTone !== "danger");
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "ok") return target.focus();
    const whole = target.closest("form") ?? target;
    if (!whole.isConnected) { // its part of the page came anew while the question was read
      whole.hidden = true;
      document.body.append(whole);
    }
    asked.add(target);
    target.click();
  };
  dialog.showModal();
}

/** `<a data-photo href="large.jpg">` opens the photo over the page; without scripts it is a plain link. */
function zoomPhotos(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[data-photo]");
  const dialog = document.getElementById("photo-dialog") as HTMLDialogElement | null;
  if (!link || !dialog || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  const caption = link.dataset.photo || link.querySelector("img")?.alt || "";
  const picture = dialog.querySelector("img")!;
  picture.src = link.href;
  picture.alt = caption;
  dialog.querySelector("figcaption")!.textContent = caption;
  dialog.showModal();
}

/** Show a notice at the corner of the page; `tone` is one of late, soon, done, act, wait. */
export function notice(words: string, tone = "act"): void {
  const holder = document.getElementById("notices");
  if (!holder) return;
  const close = make("button", { type: "button", class: "btn-close", "aria-label": text("close") });
  const box = make("div", { class: `notice tone-${tone}`, role: tone === "late" ? "alert" : "status" },
    make("div", { class: "flex-fill" }, words), close);
  close.onclick = () => box.remove();
  holder.append(box);
  if (tone !== "late") window.setTimeout(() => box.remove(), 8000);
}

/** Answers of htmx requests that are no page part: say what happened instead of nothing. */
function reportFailures(): void {
  document.addEventListener("htmx:sendError", () => notice(text("offline"), "late"));
  document.addEventListener("htmx:timeout", () => notice(text("offline"), "late"));
  document.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    const page = new DOMParser().parseFromString(responseText, "text/html");
    const sentence = page.querySelector("[data-sentence]")?.textContent;
    notice(sentence || text(status === 403 ? "forbidden" : status === 409 ? "changed" : status === 429 ? "too_many" : "failed"), "late");
  });
}

export function startDialogs(): void {
  document.addEventListener("click", confirmClicks, true);
  document.addEventListener("click", zoomPhotos);
  once(document, "dialog", "dialog", (dialog) => {
    dialog.addEventListener("click", (event) => {
      const closes = (event.target as Element).closest("[data-close]");
      if (closes || event.target === dialog) (dialog as HTMLDialogElement).close();
    });
  });
  reportFailures();
}
