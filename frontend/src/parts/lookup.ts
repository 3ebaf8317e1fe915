// Long choices by typing: `<select data-look-up>` with more than a dozen options becomes a field with a list below it, after
// the combobox pattern of the ARIA practices. The select stays, holds the value and is sent; without scripts it is used itself.
//
// An option is found by its text, its group, its data-words (short name, code) and its data-pinyin ("cheng guan ju": whole,
// or by the initials "cgj"), also by an abbreviation of these. Enter chooses; leaving the field takes what was typed only
// where it fits one option.
import { make, once, text } from "./page";

const FEW = 12;

function plain(words: string): string {
  return words.normalize("NFKC").toLowerCase().trim();
}

interface Choice {
  option: HTMLOptionElement;
  names: string[];
  sounds: string[];
  item: HTMLLIElement;
}

function choiceOf(option: HTMLOptionElement, id: string): Choice {
  const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "";
  const syllables = (option.dataset.pinyin ?? "").split(" ");
  const more = [group, option.dataset.words ?? ""].filter(Boolean).join(" · ");
  const item = make("li", { role: "option", id }, make("span", {}, option.label), ...(more ? [make("small", {}, more)] : []));
  return {
    option, item,
    names: [option.label, ...option.label.split(" "), ...more.split(" ")].map(plain),
    sounds: [syllables.join(""), syllables.map((one) => one[0] ?? "").join("")],
  };
}

/** Long enough for an abbreviation: three letters, or two characters. */
function shortened(part: string): boolean {
  return part.length > (/^[a-z]+$/.test(part) ? 2 : 1) && !/\d/.test(part);
}

/** Whether a name has these signs one after the other, as 城管局 are in 城市管理执法局. */
function inOrder(part: string, name: string): boolean {
  let from = 0;
  for (const sign of part) {
    from = name.indexOf(sign, from) + 1;
    if (!from) return false;
  }
  return true;
}

/** How near an option is to what was typed, 0 the nearest; -1 where it does not fit. */
function nearness({ names, sounds }: Choice, parts: string[]): number {
  let farthest = 0;
  for (const part of parts) {
    const tests = [
      names.includes(part), names.some((name) => name.startsWith(part)), sounds.some((sound) => sound.startsWith(part)),
      names.some((name) => name.includes(part)), sounds.some((sound) => sound.includes(part)),
      shortened(part) && (names.some((name) => inOrder(part, name)) || inOrder(part, sounds[1]!)),
    ];
    const near = tests.indexOf(true);
    if (near < 0) return -1;
    farthest = Math.max(farthest, near);
  }
  return farthest;
}

class LookUp {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly status = make("div", { role: "status", class: "field-why" });
  private readonly chosen = make("ul", { class: "look-up-chosen" });
  private readonly choices: Choice[];
  private readonly needed: boolean;
  private shown: Choice[] = [];
  private active = -1;
  private typed = false;

  constructor(private readonly select: HTMLSelectElement) {
    const id = select.id || `look-up-${select.name}`;
    const label = document.querySelector<HTMLLabelElement>(`label[for="${select.id}"]`);
    const blank = Array.from(select.options).find((option) => !option.value);
    this.needed = select.required;
    this.input = make("input", {
      type: "text", id: `${id}_look`, class: "form-select", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}_list`, placeholder: blank?.label || text("look_up_type"),
    });
    this.list = make("ul", { role: "listbox", id: `${id}_list`, class: "look-up-list", "aria-label": label?.textContent?.trim() ?? "" });
    this.list.hidden = true;
    if (select.multiple) this.list.setAttribute("aria-multiselectable", "true");
    for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name)!);
    if (label) label.htmlFor = this.input.id;
    this.choices = Array.from(select.options).filter((option) => option.value).map((option, index) => choiceOf(option, `${id}_${index}`));
    this.place();
    this.listen();
    this.sync();
  }

  private place(): void {
    const { select } = this;
    const box = make("div", { class: "look-up" });
    select.before(box);
    select.required = false;
    select.tabIndex = -1;
    select.classList.add("visually-hidden");
    select.setAttribute("aria-hidden", "true");
    box.append(...(select.multiple ? [this.chosen] : []), make("div", { class: "look-up-field" }, this.input, this.list), select, this.status);
  }

  private listen(): void {
    this.input.addEventListener("input", () => { this.typed = true; this.open(); });
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays in the field
    this.list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest("li");
      const choice = this.choices.find((one) => one.item === item);
      if (choice) this.choose(choice);
    });
    this.select.addEventListener("change", () => this.sync());
    this.select.form?.addEventListener("reset", () => window.setTimeout(() => this.sync()));
  }

  /** The options that fit what was typed, the nearest first; all of them where nothing was. */
  private fitting(): Choice[] {
    const parts = this.typed ? plain(this.input.value).split(/[\s']+/).filter(Boolean) : [];
    if (!parts.length) return this.choices;
    const found = this.choices.map((choice) => ({ choice, near: nearness(choice, parts) })).filter(({ near }) => near >= 0);
    return found.sort((a, b) => a.near - b.near).map(({ choice }) => choice);
  }

  private open(): void {
    this.shown = this.fitting();
    this.list.replaceChildren(...this.shown.map(({ item }) => item));
    for (const { item, option } of this.shown) item.setAttribute("aria-selected", String(option.selected));
    this.list.hidden = !this.shown.length;
    this.input.setAttribute("aria-expanded", String(this.shown.length > 0));
    this.say(this.shown.length ? text("look_up_some").replace("{n}", String(this.shown.length)) : text("look_up_none"), !this.shown.length);
    const here = this.typed ? 0 : this.shown.findIndex(({ option }) => option.selected);
    this.point(this.input.value && this.shown.length ? here : -1);
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.point(-1);
    this.say("");
  }

  /** What is wrong is seen by everybody; how many fit is seen in the list, and heard. */
  private say(words: string, wrong = false): void {
    this.status.textContent = words;
    this.status.classList.toggle("text-late", wrong);
    this.status.classList.toggle("visually-hidden", !wrong);
  }

  private point(index: number): void {
    this.active = index;
    this.choices.forEach(({ item }) => item.classList.remove("look-up-here"));
    const item = this.shown[index]?.item;
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    item.classList.add("look-up-here");
    this.input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const opened = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!opened) this.open();
      const step = event.key === "ArrowDown" ? 1 : -1, n = this.shown.length;
      if (n && opened) this.point(this.active < 0 && step < 0 ? n - 1 : (this.active + step + n) % n);
      else if (n && this.active < 0) this.point(step > 0 ? 0 : n - 1);
    } else if (event.key === "Enter" && opened && this.shown[this.active]) this.choose(this.shown[this.active]!);
    else if (event.key === "Enter" && this.typed) this.leave(); // a form is not sent by words that choose nothing
    else if (event.key === "Escape" && opened) { this.close(); event.stopPropagation(); }
    else if (event.key === "Backspace" && this.select.multiple && !this.input.value) return void this.drop(Array.from(this.select.selectedOptions).at(-1));
    else return;
    event.preventDefault();
  }

  private choose({ option }: Choice): void {
    option.selected = this.select.multiple ? !option.selected : true;
    this.told();
    this.close();
  }

  private drop(option: HTMLOptionElement | undefined): void {
    if (!option) return;
    option.selected = false;
    this.told();
    this.input.focus();
  }

  private told(): void {
    for (const name of ["input", "change"]) this.select.dispatchEvent(new Event(name, { bubbles: true }));
  }

  /** Words left in the field: empty takes the choice back, one fitting option is chosen, anything else is asked about. */
  private leave(): void {
    const fits = this.typed && this.input.value.trim() ? this.fitting() : [];
    this.close();
    if (!this.typed) return;
    if (fits.length === 1) return this.choose(fits[0]!);
    if (!this.input.value.trim()) {
      if (this.select.multiple) return this.sync();
      this.select.value = "";
      return this.told();
    }
    this.say(text(fits.length ? "look_up_choose" : "look_up_none"), true);
    this.input.setCustomValidity(text("look_up_choose"));
  }

  /** The field says what the select holds. */
  private sync(): void {
    const held = Array.from(this.select.selectedOptions).filter((option) => option.value);
    this.typed = false;
    this.input.setCustomValidity("");
    this.input.required = this.needed && !held.length;
    this.input.setAttribute("aria-required", String(this.needed));
    this.input.value = this.select.multiple ? "" : held[0]?.label ?? "";
    this.say("");
    this.chosen.replaceChildren(...held.map((option) => {
      const button = make("button", { type: "button", class: "chip", "aria-label": `${text("remove")} ${option.label}` }, option.label, make("span", { "aria-hidden": "true" }, "×"));
      button.onclick = () => this.drop(option);
      return make("li", {}, button);
    }));
  }
}

export function useLookUps(root: ParentNode): void {
  once(root, "select[data-look-up]", "look-up", (element) => {
    const select = element as HTMLSelectElement;
    if (select.options.length > FEW) new LookUp(select);
  });
}
