// Forms: sent once only, chosen files named, leaving with unsaved words asks, large type for weak eyes.
import { once } from "./page";
import { shrink } from "./shrink";

/** A form that is on its way must not be sent a second time by an impatient click. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post" || form.dataset.again !== undefined || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  event.submitter?.classList.add("btn-loading");
}

function sendAgain(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    form.querySelectorAll(".btn-loading").forEach((button) => button.classList.remove("btn-loading"));
  });
}

/** Large photos are made smaller before they travel over the phone's line; the form waits for nothing. */
async function smaller(input: HTMLInputElement): Promise<void> {
  const chosen = Array.from(input.files ?? []);
  if (!chosen.length || typeof DataTransfer === "undefined") return;
  const small = await Promise.all(chosen.map(shrink));
  if (small.every((one, index) => one === chosen[index]) || input.files?.[0] !== chosen[0]) return;
  const kept = new DataTransfer();
  small.forEach((one) => kept.items.add(one));
  input.files = kept.files;
}

/** `<input type=file data-preview="#box">` shows small pictures, or names, of what was chosen. */
function preview(input: HTMLElement): void {
  const files = input as HTMLInputElement;
  const box = document.querySelector<HTMLElement>(files.dataset.preview || "");
  if (!box) return;
  files.addEventListener("change", async () => {
    await smaller(files);
    box.querySelectorAll("img").forEach((picture) => URL.revokeObjectURL(picture.src));
    box.replaceChildren(...Array.from(files.files ?? []).map((chosen) => {
      const figure = document.createElement("figure");
      if (chosen.type.startsWith("image/")) {
        const picture = document.createElement("img");
        picture.src = URL.createObjectURL(chosen);
        picture.alt = chosen.name;
        figure.append(picture);
      } else figure.append(chosen.name);
      return figure;
    }));
  });
}

/** `[data-large-type]` buttons: the choice stays in this browser, and a cookie tells the server to draw it at once. */
function largeType(): void {
  const root = document.documentElement;
  const apply = (on: boolean) => {
    root.classList.toggle("large-type", on);
    document.querySelectorAll("[data-large-type]").forEach((button) => button.setAttribute("aria-pressed", String(on)));
  };
  let on = root.classList.contains("large-type");
  try { on = on || localStorage.getItem("large-type") === "1"; } catch { /* storage is switched off */ }
  apply(on);
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-large-type]")) return;
    on = !on;
    apply(on);
    document.cookie = `large_type=${on ? 1 : 0}; path=/; max-age=31536000; SameSite=Lax`;
    try { localStorage.setItem("large-type", on ? "1" : "0"); } catch { /* storage is switched off */ }
  });
}

/** Prints once every picture is there, also those further down that were not looked at yet. */
async function printWhole(): Promise<void> {
  const pictures = Array.from(document.querySelectorAll<HTMLImageElement>("main img"));
  for (const picture of pictures) picture.loading = "eager";
  const late = new Promise((done) => setTimeout(done, 5000));
  await Promise.race([Promise.allSettled(pictures.map((picture) => picture.decode())), late]);
  window.print();
}

/** `[data-print]` prints the page; `[data-copy="words"]` puts words on the clipboard. */
function smallButtons(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>("[data-print], [data-copy]");
  if (!button) return;
  if (button.dataset.print !== undefined) void printWhole();
  else navigator.clipboard?.writeText(button.dataset.copy ?? "").then(() => button.classList.add("copied"));
}

/** `<a data-fill="field" data-value="…">` beside a form puts a value into its field; without scripts the link opens the form so. */
function fill(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLElement>("a[data-fill]");
  const field = link?.closest("[data-move-form]")?.querySelector<HTMLSelectElement>(`select[name="${link.dataset.fill}"]`);
  if (!link || !field || !Array.from(field.options).some((option) => option.value === link.dataset.value)) return;
  event.preventDefault();
  field.value = link.dataset.value ?? "";
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  link.closest("ul")?.querySelectorAll("a[data-fill]").forEach((one) => one.setAttribute("aria-pressed", String(one === link)));
}

export function startForms(): void {
  document.addEventListener("submit", sendOnce);
  window.addEventListener("pageshow", sendAgain);
  document.addEventListener("click", smallButtons);
  document.addEventListener("click", fill);
  largeType();
}

export function useForms(root: ParentNode): void {
  once(root, "input[type=file][data-preview]", "preview", preview);
}
