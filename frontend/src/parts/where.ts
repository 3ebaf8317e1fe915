// The position of a report: two hidden inputs, one sentence that says where it came from.

/** A text that the template holds ready beside the part that says it. */
export function words(part: HTMLElement, key: string): string {
  return part.querySelector(`[data-text="${key}"]`)?.textContent?.trim() ?? "";
}

export class Where {
  private readonly lon = document.querySelector<HTMLInputElement>("#id_lon");
  private readonly lat = document.querySelector<HTMLInputElement>("#id_lat");
  private readonly status: HTMLElement | null;

  constructor(private readonly part: HTMLElement | null) {
    this.status = part && part.querySelector("[data-where-status]");
    if (!part) return;
    const locate = part.querySelector<HTMLButtonElement>("[data-locate]");
    const map = part.querySelector<HTMLButtonElement>("[data-open-map]");
    if (locate && "geolocation" in navigator) locate.hidden = false;
    if (map) map.hidden = false;
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

  say(key: string): void {
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
    const template = this.part?.querySelector<HTMLTemplateElement>("[data-map-template]");
    const holder = template?.content.firstElementChild;
    if (!template || !holder) return;
    const map = document.importNode(holder, true);
    template.replaceWith(map);
    button.hidden = true;
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: map } }));
  }
}
