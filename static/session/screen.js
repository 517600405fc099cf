/** How large the picture is shown: fitted in, one to one, or over the whole screen. */
import { byId } from "/static/js/core/dom.js";
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
  }

  async function full() {
    if (document.fullscreenElement) return document.exitFullscreen();
    await stage.requestFullscreen().catch(() => {});
    if (document.fullscreenElement && navigator.keyboard?.lock) navigator.keyboard.lock().catch(() => {}); // Alt+Tab, Esc and Win go over too
    keyboard.focus({ preventScroll: true });
  }

  /** One pixel there is one pixel here, also where the browser scales the page. */
  function refresh() {
    const { element, width, height } = picture.source;
    const ratio = window.devicePixelRatio || 1;
    element.style.width = size === "actual" && width ? `${width / ratio}px` : "";
    element.style.height = size === "actual" && height ? `${height / ratio}px` : "";
    menu();
  }

  function menu() {
    setMenu("view", [
      { label: "Fit", hint: "The whole screen at once", chosen: size === "fit", run: () => choose("fit") },
      { label: "1:1", hint: "Every pixel; scroll to see the rest", chosen: size === "actual", run: () => choose("actual") },
      { label: document.fullscreenElement ? "Leave full screen" : "Full screen", hint: "Keys such as Alt+Tab go over as well, where the browser allows", run: full },
    ]);
  }

  document.addEventListener("fullscreenchange", refresh);
  window.addEventListener("resize", refresh);
  choose("fit");
  return {
    refresh,
    rect() {
      const { element, width, height } = picture.source;
      return { box: element.getBoundingClientRect(), width, height };
    },
  };
}
