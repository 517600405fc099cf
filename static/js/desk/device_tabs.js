/** The tabs of the device page. The one that is open stands in the address, so that links can lead to it. */
import { byId } from "../core/dom.js";

const WIDE = matchMedia("(min-width: 1200px)"); // the chat has a column of its own then: see device.css

/** Wire the tabs; `opened(name)` is called when one is opened. */
export function deviceTabs(opened) {
  const buttons = [...byId("tabs").querySelectorAll("[data-tab]")];
  let current = "health";
  const known = (name) => buttons.some((each) => each.dataset.tab === name) && !(name === "chat" && WIDE.matches);

  function open(name, { focus = false } = {}) {
    current = known(name) ? name : "health";
    for (const button of buttons) {
      const isOpen = button.dataset.tab === current;
      button.setAttribute("aria-selected", String(isOpen));
      button.tabIndex = isOpen ? 0 : -1;
      byId(`panel-${button.dataset.tab}`).classList.toggle("is-shown", isOpen);
      if (isOpen && focus) button.focus();
      if (isOpen) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    opened(current);
  }

  /** A click is a step to go back to; who runs along the tabs with the arrow keys leaves none behind. */
  function chosen(name, { isStep = true, focus = false } = {}) {
    if (name !== current) history[isStep ? "pushState" : "replaceState"](null, "", `#${name}`);
    open(name, { focus });
  }

  byId("tabs").addEventListener("click", (event) => {
    const button = event.target.closest("[data-tab]");
    if (button) chosen(button.dataset.tab);
  });
  byId("tabs").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const shown = buttons.filter((each) => each.offsetParent);
    const at = shown.findIndex((each) => each.dataset.tab === current);
    chosen(shown[(at + step + shown.length) % shown.length].dataset.tab, { isStep: false, focus: true });
  });
  addEventListener("hashchange", () => open(location.hash.slice(1)));
  WIDE.addEventListener("change", () => open(current));
  open(location.hash.slice(1));
  return {
    current: () => current,
    /** Show a number at a tab; 0 takes it away. */
    count(name, number) {
      const badge = byId(`tab-${name}`).querySelector(".cd-badge");
      badge.hidden = !number;
      badge.textContent = number > 99 ? "99+" : String(number);
    },
  };
}
