// The changing code on the leader's phone: drawn from the codes of the shift's own time, so that it goes on without a network.
import qrcode from "qrcode-generator";

import { now } from "./outbox";

export interface Codes { step: number; first: number; codes: string[]; url: string; title: string; until: string }
const KEY = "yipanqi.codes.";
const SVG = "http://www.w3.org/2000/svg";

/** Keep the codes of a shift until it is over, for a page that is opened anew without a network; drop those that are. */
export function keepCodes(shift: string, codes: Codes): void {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(KEY))) {
    const held = read(key);
    if (!held || Date.parse(held.until) < now().getTime()) localStorage.removeItem(key);
  }
  localStorage.setItem(KEY + shift, JSON.stringify(codes));
}

export function keptCodes(shift: string): Codes | null {
  return read(KEY + shift);
}

function read(key: string): Codes | null {
  try { return JSON.parse(localStorage.getItem(key) ?? "null") as Codes | null; } catch { return null; }
}

export class CodeFace {
  private shown = "";

  constructor(private readonly face: HTMLElement, private readonly codes: Codes) {
    this.tick();
    window.setInterval(() => this.tick(), 500);
    const full = face.querySelector<HTMLElement>("[data-code-full]");
    full?.addEventListener("click", () => full.setAttribute("aria-pressed", String(face.classList.toggle("code-full"))));
    void this.stayAwake();
    document.addEventListener("visibilitychange", () => void this.stayAwake());
  }

  private tick(): void {
    const seconds = now().getTime() / 1000, step = Math.floor(seconds / this.codes.step);
    const code = this.codes.codes[step - this.codes.first] ?? "";
    this.face.querySelector<HTMLElement>("[data-code-none]")!.hidden = Boolean(code);
    this.face.querySelector<HTMLElement>("[data-code-some]")!.hidden = !code;
    const left = this.face.querySelector<HTMLProgressElement>("progress")!;
    left.value = 1 - (seconds / this.codes.step - step);
    if (!code || code === this.shown) return;
    this.shown = code;
    this.face.querySelector("[data-code-digits]")!.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
    this.face.querySelector("[data-code-picture]")!.replaceChildren(draw(`${this.codes.url}?c=${code}`));
    this.face.dataset.code = code;
  }

  /** The screen stays on while the code is shown, where the phone can do that. */
  private async stayAwake(): Promise<void> {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    await navigator.wakeLock.request("screen").catch(() => null);
  }
}

function draw(text: string): SVGSVGElement {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount(), edge = 4;
  let path = "";
  for (let row = 0; row < size; row += 1) for (let column = 0; column < size; column += 1) if (code.isDark(row, column)) path += `M${column + edge} ${row + edge}h1v1h-1z`;
  const picture = document.createElementNS(SVG, "svg"), dark = document.createElementNS(SVG, "path");
  picture.setAttribute("viewBox", `0 0 ${size + 2 * edge} ${size + 2 * edge}`);
  picture.setAttribute("role", "img");
  dark.setAttribute("d", path);
  picture.append(dark);
  return picture;
}
