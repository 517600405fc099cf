/** How large the picture is shown: fitted in, one to one, or over the whole screen. */
import { byId } from "../js/core/dom.js";
import { fitted } from "./geometry.js";
import { setMenu } from "./menus.js";

/** `{rect(), refresh()}`: rect gives where the picture lies now, for pointer.js. */
export function createScreen({ stage, picture, keyboard }) {
  let size = "fit";
  const text = byId("view-text");

  function choose(next) {
    size = next;
    stage.dataset.view = next;
    text.textContent = next === "fit" ? "Fit" : "1:1";
    refresh();
    menu();
  }

  async function full() {
    if (document.fullscreenElement) return document.exitFullscreen();
    await stage.requestFullscreen().catch(() => {});
    if (document.fullscreenElement && navigator.keyboard?.lock) navigator.keyboard.lock().catch(() => {}); // Alt+Tab, Esc and Win go over too
    keyboard.focus({ preventScroll: true });
  }

  /** The element is made as large as the picture in it, so that its edges are the edges of the customer's screen. */
  function refresh() {
    const { element, width, height } = picture.source;
    const area = size === "fit" ? fitted(stage.getBoundingClientRect(), width, height) : actual(width, height);
    element.style.width = area ? `${area.width}px` : "";
    element.style.height = area ? `${area.height}px` : "";
  }

  function menu() {
    setMenu("view", [
      { label: "Fit", hint: "The whole screen at once", chosen: size === "fit", run: () => choose("fit") },
      { label: "1:1", hint: "Every pixel; scroll to see the rest", chosen: size === "actual", run: () => choose("actual") },
      { label: document.fullscreenElement ? "Leave full screen" : "Full screen", hint: "Keys such as Alt+Tab go over as well, where the browser allows", run: full },
    ]);
  }

  document.addEventListener("fullscreenchange", menu);
  new ResizeObserver(refresh).observe(stage);
  choose("fit");
  return {
    refresh,
    rect() {
      const { element, width, height } = picture.source;
      return { box: element.getBoundingClientRect(), width, height };
    },
  };
}

/** One pixel there is one pixel here, also where the browser scales the page. */
function actual(width, height) {
  const ratio = window.devicePixelRatio || 1;
  return width && height ? { width: width / ratio, height: height / ratio } : null;
}
