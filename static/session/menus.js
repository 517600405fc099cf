/** Small menus on buttons: native popovers (Escape and a click outside close them), placed below their button. */
import { fill, h, icon } from "../js/core/dom.js";

const EDGE = 8; // pixels kept free at the window's edge

/** Make every `[data-menu]` popover on the page open below its button and walk with the arrow keys. */
export function wireMenus(root = document) {
  for (const menu of root.querySelectorAll("[data-menu]")) {
    const button = document.getElementById(menu.dataset.menu);
    menu.addEventListener("toggle", (event) => {
      const open = event.newState === "open";
      button.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("show", open);
      if (!open) return;
      place(menu, button);
      (menu.querySelector("[aria-checked=true]") || menu.querySelector("button"))?.focus();
    });
    menu.addEventListener("keydown", (event) => walk(event, menu));
  }
}

/**
 * Fill the menu `id` with `items` {label, chosen?, disabled?, run}. Items with `chosen` true or false are radio items.
 */
export function setMenu(id, items) {
  const menu = document.getElementById(`${id}-menu`);
  const had = menu.contains(document.activeElement) ? [...menu.children].indexOf(document.activeElement) : -1;
  fill(menu, items.map((item) => entry(item, menu)));
  if (had >= 0) menu.children[Math.min(had, menu.children.length - 1)]?.focus();
}

function entry({ label, hint = "", chosen, disabled = false, run }, menu) {
  const radio = chosen !== undefined;
  const props = { type: "button", class: "dropdown-item", role: radio ? "menuitemradio" : "menuitem", disabled, tabindex: "-1" };
  if (radio) props["aria-checked"] = String(chosen);
  const onclick = () => {
    menu.hidePopover();
    run();
  };
  const mark = radio ? h("span", { class: "cs-check" }, chosen ? icon("check") : null) : null;
  return h("button", { ...props, onclick }, mark, h("span", {}, label, hint ? h("small", { class: "d-block text-secondary" }, hint) : null));
}

/** Put a pop-over below its button, within the window. */
export function place(menu, button) {
  const box = button.getBoundingClientRect();
  const left = Math.min(box.left, window.innerWidth - menu.offsetWidth - EDGE);
  menu.style.left = `${Math.max(EDGE, left)}px`;
  menu.style.top = `${Math.min(box.bottom + 4, Math.max(EDGE, window.innerHeight - menu.offsetHeight - EDGE))}px`;
}

function walk(event, menu) {
  const items = [...menu.querySelectorAll("button:not(:disabled)")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const goal = step ? items.indexOf(document.activeElement) + step : { Home: 0, End: items.length - 1 }[event.key];
  if (goal === undefined || !items.length) return;
  event.preventDefault();
  items[(goal + items.length) % items.length].focus();
}
