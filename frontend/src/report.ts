// The report page: photos are sent while the resident goes on writing, the position comes from phone, photo or map.
// Without this script the form works as it stands: photos travel with it, the place is written in words.

type Facts = { id: string; thumb_url: string; position: [number, number] | null; warnings: string[] };

function find<T extends HTMLElement>(root: ParentNode, selector: string): T | null {
  return root.querySelector<T>(selector);
}

/** A text that the template holds ready beside the part that says it. */
function words(part: HTMLElement, key: string): string {
  return find(part, `[data-text="${key}"]`)?.textContent?.trim() ?? "";
}

function show(element: HTMLElement | null): void {
  if (element) element.hidden = false;
}

/** Position: two hidden inputs, one sentence that says where it came from. */
class Where {
  private readonly lon = document.querySelector<HTMLInputElement>("#id_lon");
  private readonly lat = document.querySelector<HTMLInputElement>("#id_lat");
  private readonly status: HTMLElement | null;

  constructor(private readonly part: HTMLElement | null) {
    this.status = part && find(part, "[data-where-status]");
    if (!part) return;
    const locate = find<HTMLButtonElement>(part, "[data-locate]");
    const map = find<HTMLButtonElement>(part, "[data-open-map]");
    if (navigator.geolocation) show(locate);
    show(map);
    locate?.addEventListener("click", () => this.locate(locate));
    map?.addEventListener("click", () => this.openMap(map));
    this.lon?.addEventListener("change", () => this.say("picked"));
  }

  get known(): boolean {
    return Boolean(this.lon?.value && this.lat?.value);
  }

  put(lon: number, lat: number, key: string): void {
    if (!this.lon || !this.lat) return;
    this.lon.value = lon.toFixed(6);
    this.lat.value = lat.toFixed(6);
    for (const input of [this.lon, this.lat]) input.dispatchEvent(new Event("input", { bubbles: true }));
    this.say(key);
  }

  private say(key: string): void {
    if (this.part && this.status) this.status.textContent = words(this.part, key);
  }

  private locate(button: HTMLButtonElement): void {
    this.say("locating");
    button.disabled = true;
    const done = () => { button.disabled = false; };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { done(); this.put(coords.longitude, coords.latitude, "located"); },
      () => { done(); this.say("no-location"); },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  }

  /** The map is large: it is fetched only when asked for. */
  private openMap(button: HTMLButtonElement): void {
    const template = this.part && find<HTMLTemplateElement>(this.part, "[data-map-template]");
    const holder = template?.content.firstElementChild;
    if (!template || !holder) return;
    const map = document.importNode(holder, true);
    template.replaceWith(map);
    button.hidden = true;
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: map } }));
  }
}

/** Photos: each is sent as soon as it is chosen; one that could not be sent stays in the field and goes with the form. */
class Photos {
  private readonly input: HTMLInputElement;
  private readonly tiles: HTMLElement;
  private readonly status: HTMLElement;
  private waiting: Promise<void> = Promise.resolve();
  private sending = 0;

  constructor(private readonly part: HTMLElement, private readonly where: Where) {
    this.input = find<HTMLInputElement>(part, "input[type=file]")!;
    this.tiles = find(part, "[data-photo-tiles]")!;
    this.status = find(part, "[data-photo-status]")!;
    const button = find<HTMLButtonElement>(part, "[data-photo-button]")!;
    show(button);
    this.input.classList.add("visually-hidden");
    this.input.tabIndex = -1;
    button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => this.take());
    part.querySelectorAll<HTMLElement>("[data-photo-remove]").forEach(show);
    this.tiles.addEventListener("click", (event) => {
      const remove = (event.target as Element).closest("[data-photo-remove]");
      remove?.closest("[data-photo-tile]")?.remove();
    });
  }

  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void> {
    return this.waiting;
  }

  get busy(): boolean {
    return this.sending > 0;
  }

  private take(): void {
    const chosen = Array.from(this.input.files ?? []);
    const room = Number(this.part.dataset.most) - this.tiles.children.length - this.sending;
    const files = chosen.slice(0, Math.max(room, 0));
    this.input.value = "";
    this.sending += files.length;
    const said = chosen.length > files.length ? [words(this.part, "too-many")] : [];
    this.status.classList.toggle("text-late", !files.length && said.length > 0);
    this.status.textContent = files.length ? words(this.part, "sending") : said.join(" ");
    this.waiting = this.waiting.then(() => this.sendAll(files, said));
  }

  private async sendAll(files: File[], said: string[]): Promise<void> {
    const left: File[] = [];
    for (const file of files) {
      try {
        const problem = await this.send(file);
        if (problem) said.push(`${file.name}：${problem}`);
      } catch {
        left.push(file);
      }
      this.sending -= 1;
    }
    if (left.length) {
      const kept = new DataTransfer();
      left.forEach((file) => kept.items.add(file));
      this.input.files = kept.files;
      said.push(words(this.part, "offline"));
    }
    this.status.classList.toggle("text-late", said.length > 0);
    if (!said.length && files.length) said.push(words(this.part, "sent"));
    this.status.textContent = said.join(" ");
  }

  /** Sends one photo and shows its tile; returns the reason when it was refused, throws when the network failed. */
  private async send(file: File): Promise<string> {
    const body = new FormData();
    body.set("photo", file);
    body.set("kind", "report");
    const token = document.querySelector<HTMLInputElement>("[data-report] [name=csrfmiddlewaretoken]")?.value ?? "";
    const answer = await fetch(this.part.dataset.upload!, { method: "POST", body, headers: { "X-CSRFToken": token } });
    const facts = (await answer.json()) as Facts & { detail?: string };
    if (!answer.ok) return facts.detail ?? words(this.part, "offline");
    this.add(facts);
    return "";
  }

  private add(facts: Facts): void {
    const template = find<HTMLTemplateElement>(this.part, "[data-photo-template]")!;
    const tile = document.importNode(template.content.firstElementChild!, true) as HTMLElement;
    find<HTMLInputElement>(tile, "input")!.value = facts.id;
    find<HTMLImageElement>(tile, "img")!.src = facts.thumb_url;
    this.tiles.append(tile);
    if (facts.position && !this.where.known) this.where.put(facts.position[0], facts.position[1], "from-photo");
  }
}

function start(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-report]");
  const part = form && find(form, "[data-photos]");
  if (!form || !part) return;
  const photos = new Photos(part, new Where(find(form, "[data-where]")));
  // Someone who is faster than the network waits for the photos, once, instead of losing them.
  form.addEventListener("submit", (event) => {
    if (!photos.busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void photos.settled().then(() => form.requestSubmit());
  });
  form.dataset.reportReady = "yes";
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
