// Photos of a report: made smaller, sent one after the other while the resident goes on writing, tried again when the line fails.
import type { Draft, SentPhoto } from "./draft";
import { shrink } from "./shrink";
import { words } from "./where";
import type { Where } from "./where";

type Facts = { id: string; thumb_url: string; position: [number, number] | null; detail?: string };
type Tile = { key: string; file: File; element: HTMLElement; tries: number };
/** Pauses before a photo is tried again by itself, in milliseconds. */
const PAUSES = [1500, 4000, 10000];

export class Uploads {
  private readonly input: HTMLInputElement;
  private readonly tiles: HTMLElement;
  private readonly status: HTMLElement;
  private readonly open: Tile[] = [];
  private said: string[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly part: HTMLElement, private readonly where: Where, private readonly draft: Draft) {
    this.input = part.querySelector<HTMLInputElement>("input[type=file]")!;
    this.tiles = part.querySelector<HTMLElement>("[data-photo-tiles]")!;
    this.status = part.querySelector<HTMLElement>("[data-photo-status]")!;
    const button = part.querySelector<HTMLButtonElement>("[data-photo-button]")!;
    button.hidden = false;
    this.input.classList.add("visually-hidden");
    this.input.tabIndex = -1;
    button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => this.take());
    part.querySelectorAll<HTMLElement>("[data-photo-remove]").forEach((one) => { one.hidden = false; });
    this.tiles.addEventListener("click", (event) => this.press(event));
    window.addEventListener("online", () => this.again());
  }

  /** Photos that have arrived, by the form's own fields. */
  get sent(): SentPhoto[] {
    return Array.from(this.tiles.querySelectorAll<HTMLElement>("[data-photo-tile]")).flatMap((tile) => {
      const id = tile.querySelector<HTMLInputElement>("input[name=photos]")?.value;
      return id ? [{ id, thumb: tile.querySelector("img")!.src }] : [];
    });
  }

  /** Photos that could not be sent: they travel with the form. */
  get left(): File[] {
    return this.open.map(({ file }) => file);
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Show photos of a draft: those that have arrived, then those that never did. */
  restore(sent: SentPhoto[], unsent: { key: string; file: File }[]): void {
    const here = this.sent.map(({ id }) => id);
    for (const photo of sent) if (!here.includes(photo.id)) this.tile(photo.thumb, photo.id);
    for (const { key, file } of unsent) this.queue(file, key.split("/").pop()!);
    this.run();
  }

  private take(): void {
    const chosen = Array.from(this.input.files ?? []);
    const room = Number(this.part.dataset.most) - this.tiles.children.length;
    this.input.value = "";
    this.said = chosen.length > room ? [words(this.part, "too-many")] : [];
    for (const file of chosen.slice(0, Math.max(room, 0))) this.queue(file, `${Date.now()}-${Math.random().toString(36).slice(2)}`);
    this.run();
  }

  private queue(file: File, key: string): void {
    const element = this.tile(URL.createObjectURL(file), "");
    this.open.push({ key, file, element, tries: 0 });
    void this.draft.keep(key, file);
  }

  private tile(picture: string, id: string): HTMLElement {
    const template = this.part.querySelector<HTMLTemplateElement>("[data-photo-template]")!;
    const element = document.importNode(template.content.firstElementChild!, true) as HTMLElement;
    const image = element.querySelector("img")!;
    image.onerror = () => { image.classList.add("photo-unseen"); };
    image.src = picture;
    element.querySelector<HTMLInputElement>("input")!.value = id;
    element.querySelector<HTMLInputElement>("input")!.disabled = !id;
    this.tiles.append(element);
    return element;
  }

  private press(event: Event): void {
    const button = event.target as Element;
    const element = button.closest<HTMLElement>("[data-photo-tile]");
    if (!element) return;
    const tile = this.open.find((one) => one.element === element);
    if (button.closest("[data-photo-remove]")) {
      if (tile) this.close(tile);
      element.remove();
      this.changed();
    } else if (button.closest("[data-photo-retry]") && tile) this.again();
  }

  private again(): void {
    for (const tile of this.open) tile.tries = 0;
    this.run();
  }

  private close(tile: Tile): void {
    const at = this.open.indexOf(tile);
    if (at >= 0) this.open.splice(at, 1);
    this.draft.drop(tile.key);
  }

  private run(): void {
    if (this.running) return;
    this.running = this.work().finally(() => { this.running = null; this.tell(); });
    this.tell();
  }

  private async work(): Promise<void> {
    for (let tile = this.next(); tile; tile = this.next()) {
      tile.tries += 1;
      this.mark(tile, "sending");
      try {
        const facts = await this.send(tile);
        if (!tile.element.isConnected) continue;
        this.close(tile);
        if ("problem" in facts) { tile.element.remove(); this.said.push(`${tile.file.name}：${facts.problem}`); } else this.arrived(tile, facts);
      } catch {
        this.mark(tile, "failed");
        const pause = PAUSES[tile.tries - 1];
        if (pause && navigator.onLine) await new Promise((done) => window.setTimeout(done, pause));
        else tile.tries = PAUSES.length + 1;
      }
      this.changed();
      this.tell();
    }
  }

  private next(): Tile | undefined {
    return this.open.find(({ tries, element }) => tries <= PAUSES.length && element.isConnected);
  }

  private mark(tile: Tile, state: "sending" | "failed"): void {
    tile.element.dataset.state = state;
    const bar = tile.element.querySelector<HTMLProgressElement>("progress")!;
    bar.hidden = state !== "sending";
    bar.removeAttribute("value");
    tile.element.querySelector<HTMLElement>("[data-photo-retry]")!.hidden = state !== "failed";
  }

  private arrived(tile: Tile, facts: Facts): void {
    const input = tile.element.querySelector<HTMLInputElement>("input")!;
    input.value = facts.id;
    input.disabled = false;
    const image = tile.element.querySelector("img")!;
    URL.revokeObjectURL(image.src);
    image.classList.remove("photo-unseen");
    image.src = facts.thumb_url;
    tile.element.dataset.state = "sent";
    tile.element.querySelector<HTMLElement>("progress")!.hidden = true;
    tile.element.querySelector<HTMLElement>("[data-photo-retry]")!.hidden = true;
    if (facts.position && !this.where.known) this.where.put(facts.position[0], facts.position[1], "from-photo");
  }

  /** Sends one photo; gives its facts or why it was refused, throws when the network failed. */
  private async send(tile: Tile): Promise<Facts | { problem: string }> {
    const body = new FormData();
    body.set("photo", await shrink(tile.file));
    body.set("kind", "report");
    const token = document.querySelector<HTMLInputElement>("[data-report] [name=csrfmiddlewaretoken]")?.value ?? "";
    const bar = tile.element.querySelector<HTMLProgressElement>("progress")!;
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.part.dataset.upload!);
      request.setRequestHeader("X-CSRFToken", token);
      request.timeout = 120_000;
      request.upload.onprogress = ({ loaded, total }) => { if (total) bar.value = loaded / total; };
      request.onerror = request.ontimeout = request.onabort = () => fail(new Error("network"));
      request.onload = () => {
        const facts = read(request.responseText);
        if (request.status >= 500 || !facts) fail(new Error(String(request.status)));
        else done(request.status < 300 ? facts : { problem: facts.detail ?? words(this.part, "offline") });
      };
      request.send(body);
    });
  }

  private changed(): void {
    this.part.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private tell(): void {
    const failed = this.open.length > 0 && !this.running;
    const lines = this.running ? [words(this.part, "sending")] : failed ? [words(this.part, "offline")] : [];
    if (!lines.length && !this.said.length && this.sent.length) lines.push(words(this.part, "sent"));
    this.status.classList.toggle("text-late", failed || this.said.length > 0);
    this.status.textContent = [...this.said, ...lines].join(" ");
  }
}

function read(text: string): Facts | null {
  try { return JSON.parse(text) as Facts; } catch { return null; }
}
