/**
 * Build page elements safely: text is always text, never markup.
 *
 *   import { h, fill, icon } from "../core/dom.js";
 *   fill(list, h("li", { class: "item" }, icon("user"), " ", person.name));
 *
 * Whatever a device or customer sends goes through here, so nothing it says can become HTML.
 */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = new URL("../../vendor/icons.svg", import.meta.url).pathname;
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "htmlFor", "open", "readOnly"]);

/**
 * An element. `props`: `class`, `dataset: {}`, `onclick: fn` (any `on…`), DOM properties listed above, else attributes;
 * null, undefined and false leave an attribute out. Children are nodes, strings, numbers, arrays or null.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) set(element, name, value);
  element.append(...flat(children));
  return element;
}

/** Replace all that `parent` holds by `children`. Returns `parent`. */
export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
  return parent;
}

/** The same for what is drawn again and again: what had the focus in `parent` has it afterwards, by its `data-key`. */
export function refill(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  fill(parent, ...children);
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  return parent;
}

/** An icon of static/vendor/icons.svg, hidden from screen readers: put words beside it or on its button. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

/** The element with this id; throws when the template lacks it, so a typo shows at once. */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`No element #${id} on this page`);
  return element;
}

/** A `<time>` that keeps itself fresh (see format.js `keepFresh`), or an en dash when there is no time. */
export function since(iso, { never = "–" } = {}) {
  if (!iso) return document.createTextNode(never);
  return h("time", { datetime: iso, dataset: { relative: "" }, title: new Date(iso).toLocaleString() }, "…");
}

/** Show `button` as working and disabled until `work()` settles; returns what it resolves to. */
export async function busy(button, work) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  button.classList.add("btn-loading");
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    button.classList.remove("btn-loading");
  }
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "dataset") Object.assign(element.dataset, value);
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (PROPERTIES.has(name)) element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
