// The report page: photos are sent while the resident goes on writing, the position comes from phone, photo or map, and
// nothing is lost when the line fails, the page is loaded again, or someone goes back. Without this script the form works
// as it stands: photos travel with it, the place is written in words.
import { Draft, forgetAll } from "./parts/draft";
import { Uploads } from "./parts/uploads";
import { Where, words } from "./parts/where";

/** How often a report that the server could not save just now is sent again by itself. */
const TRIES = 6;
const KEPT = ["text", "address", "lon", "lat", "attempt"];

class Report {
  private readonly draft: Draft;
  private readonly uploads: Uploads;
  private readonly where: Where;
  private sending = false;
  private tries = 0;

  constructor(private readonly form: HTMLFormElement, fresh: boolean) {
    this.draft = new Draft(this.field("place")?.value || "report");
    this.where = new Where(form.querySelector<HTMLElement>("[data-where]"));
    this.uploads = new Uploads(form.querySelector<HTMLElement>("[data-photos]")!, this.where, this.draft);
    if (fresh) void this.restore();
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.save());
    form.addEventListener("submit", (event) => this.submit(event));
    form.querySelectorAll<HTMLButtonElement>("[data-phrase]").forEach((button) => button.addEventListener("click", () => this.phrase(button)));
    form.querySelectorAll<HTMLElement>("[data-phrases]").forEach((box) => { box.hidden = false; });
    this.form.querySelector("[data-draft-clear]")?.addEventListener("click", () => { this.draft.forget(); location.reload(); });
    form.dataset.reportReady = "yes";
  }

  private field(name: string): HTMLInputElement | HTMLTextAreaElement | null {
    return this.form.elements.namedItem(name) as HTMLInputElement | null;
  }

  private async restore(): Promise<void> {
    const kept = this.draft.read(), unsent = await this.draft.unsent();
    const had = Boolean(kept && (kept.words.text || kept.words.address || kept.words.lon || kept.photos.length)) || unsent.length > 0;
    if (!had) return;
    for (const name of KEPT) {
      const field = this.field(name);
      if (field && kept?.words[name] && (!field.value || name === "attempt")) field.value = kept.words[name];
    }
    if (this.where.known) this.where.say("kept");
    this.uploads.restore(kept?.photos ?? [], unsent);
    const told = this.form.querySelector<HTMLElement>("[data-draft-told]");
    if (told) told.hidden = false;
  }

  private save(): void {
    const kept: Record<string, string> = {};
    for (const name of KEPT) kept[name] = this.field(name)?.value ?? "";
    this.draft.write(kept, this.uploads.sent);
  }

  /** Words for those who would rather not type. */
  private phrase(button: HTMLButtonElement): void {
    const field = this.field("text")!;
    const said = button.textContent!.trim();
    if (!field.value.includes(said)) field.value = field.value ? `${field.value.replace(/[，。\s]+$/, "")}，${said}` : said;
    this.save();
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.sending) return;
    this.sending = true;
    this.save();
    void this.send().finally(() => { this.sending = false; this.busy(false); });
  }

  private busy(on: boolean): void {
    this.form.toggleAttribute("aria-busy", on);
    this.form.querySelector("button[type=submit]")?.classList.toggle("btn-loading", on);
  }

  private async send(): Promise<void> {
    this.busy(true);
    await this.uploads.settled();
    const body = new FormData(this.form);
    body.delete("photo_files");
    for (const file of this.uploads.left) body.append("photo_files", file, file.name);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.status === 503) return this.later(Number(answer.headers.get("Retry-After")));
      if (answer.redirected) return location.replace(answer.url); // going back leads past the form: nothing is sent twice
      this.show(await answer.text(), answer.status);
    } catch {
      this.tell("not-sent");
    }
  }

  /** The server cannot save just now: everything stays here and is sent again by itself; the form's own key makes it count once. */
  private later(afterS: number): void {
    this.tell("busy");
    if (++this.tries > TRIES) return;
    window.setTimeout(() => { if (this.form.isConnected && !this.sending) this.form.requestSubmit(); }, Math.min(Math.max(afterS || 10, 1), 60) * 1000);
  }

  /** The server's page with what is wrong, in place of this one. */
  private show(page: string, status: number): void {
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("#content");
    if (!fresh?.querySelector("form[data-report]")) return this.tell(status === 403 ? "expired" : "not-sent");
    document.querySelector("#content")!.replaceWith(document.adoptNode(fresh));
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: document.querySelector("#content") } }));
    start(false);
    const first = document.querySelector<HTMLElement>("#content [aria-invalid=true], #content [role=alert]");
    first?.scrollIntoView({ block: "center" });
    if (first?.matches("input, textarea")) first.focus({ preventScroll: true });
  }

  private tell(key: string): void {
    const box = this.form.querySelector<HTMLElement>("[data-send-problem]")!;
    box.querySelector("[data-send-words]")!.textContent = words(this.form, key);
    box.hidden = false;
    box.scrollIntoView({ block: "center" });
  }
}

function start(fresh = true): void {
  if (document.querySelector("[data-report-done]")) forgetAll();
  const form = document.querySelector<HTMLFormElement>("form[data-report]");
  if (form?.querySelector("[data-photos]") && !form.dataset.reportReady) new Report(form, fresh);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start());
else start();
