/** Tabs of a page: `[data-tab=name]` opens `#panel-name`. The one that is open stands in the address. */
import { byId } from "../core/dom.js";

/** Wire the tabs in `bar`; `opened(name)` is called when one is opened. */
export function tabs(bar, { opened }) {
  const buttons = [...bar.querySelectorAll("[data-tab]")];

  function open(name, { focus = false } = {}) {
    const chosen = buttons.find((each) => each.dataset.tab === name) || buttons[0];
    for (const button of buttons) {
      const isOpen = button === chosen;
      button.setAttribute("aria-selected", String(isOpen));
      button.tabIndex = isOpen ? 0 : -1;
      byId(`panel-${button.dataset.tab}`).hidden = !isOpen;
    }
    if (focus) chosen.focus();
    opened(chosen.dataset.tab);
  }

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tab]");
    if (!button) return;
    history.replaceState(null, "", `#${button.dataset.tab}`);
    open(button.dataset.tab);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = buttons.indexOf(document.activeElement.closest("[data-tab]"));
    const next = buttons[(at + step + buttons.length) % buttons.length].dataset.tab;
    history.replaceState(null, "", `#${next}`);
    open(next, { focus: true });
  });
  addEventListener("hashchange", () => open(location.hash.slice(1)));
  open(location.hash.slice(1));
}
