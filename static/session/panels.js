/** The tabs beside the picture; on a phone a sheet that comes up from below. */

const NARROW = window.matchMedia("(max-width: 900px)");

/** `{open(name), isShown(name), badge(name, count), onShow(handler)}`. */
export function createPanels({ root, tabs, toggle }) {
  const { title } = document;
  let onShow = () => {};
  const all = [...tabs.querySelectorAll("[role=tab]")];
  let current = NARROW.matches ? "" : "chat";
  root.dataset.panel = current;

  function open(name) {
    current = name;
    root.dataset.panel = name;
    for (const tab of all) {
      const isOpen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen || (!name && tab === all[0]) ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isOpen;
    }
    toggle.setAttribute("aria-pressed", String(Boolean(name)));
    if (!name) return;
    badge(name, 0);
    onShow(name);
  }

  function badge(name, count) {
    const mark = tabs.querySelector(`[data-tab="${name}"] .cs-badge`);
    mark.hidden = !count;
    mark.textContent = count ? String(Math.min(count, 99)) : "";
    mark.setAttribute("aria-label", `${count} new`);
    const total = all.reduce((sum, tab) => sum + Number(tab.querySelector(".cs-badge").textContent || 0), 0);
    toggle.dataset.unread = total ? String(total) : "";
    document.title = `${total ? `(${total}) ` : ""}${title}`;
  }

  for (const tab of all) {
    tab.addEventListener("click", () => open(NARROW.matches && current === tab.dataset.tab ? "" : tab.dataset.tab));
  }
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = all[(all.findIndex((tab) => tab.tabIndex === 0) + step + all.length) % all.length];
    open(next.dataset.tab);
    next.focus();
  });
  toggle.addEventListener("click", () => open(current ? "" : "chat"));
  NARROW.addEventListener("change", () => open(NARROW.matches ? "" : current || "chat"));
  open(current);
  return {
    open,
    badge,
    isShown: (name) => current === name,
    /** Call `handler(name)` whenever a panel is opened. */
    onShow: (handler) => (onShow = handler),
  };
}
