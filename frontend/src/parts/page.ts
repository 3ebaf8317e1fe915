// What the page template hands over: addresses of lazy files and the texts that scripts show.

/** A text of the page's language by its key in `<script type="application/json" id="page-texts">`. */
export function text(key: string): string {
  const holder = document.getElementById("page-texts");
  if (!texts) texts = holder ? (JSON.parse(holder.textContent || "{}") as Record<string, string>) : {};
  return texts[key] ?? key;
}
let texts: Record<string, string> | null = null;

/** Address of a static file, given by the template as `<body data-file-…>` (it may carry a hash). */
export function file(name: string): string {
  return document.body.getAttribute(`data-file-${name}`) ?? "";
}

/** Run `use` for every element matching `selector` in `root` (itself included), once per element and name. */
export function once(root: ParentNode, selector: string, name: string, use: (element: HTMLElement) => void): void {
  const found = Array.from(root.querySelectorAll<HTMLElement>(selector));
  if (root instanceof HTMLElement && root.matches(selector)) found.unshift(root);
  for (const element of found) {
    const done = (element.dataset.used ?? "").split(" ");
    if (done.includes(name)) continue;
    element.dataset.used = [...done, name].join(" ").trim();
    use(element);
  }
}

/** Make an element with attributes and children; text is never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
