/** What a list shows when it has nothing, or could not be loaded. */
import { sentence } from "../core/api.js";
import { fill, h, icon } from "../core/dom.js";

/** An empty state: what would be here, and what to do next. `action` is a node. */
export function empty({ glyph, title, text, action = null }) {
  return h("div", { class: "ca-empty" }, icon(glyph), h("h2", {}, title), h("p", {}, text), action);
}

/** Fill `place` with why loading failed and a way to try again. */
export function showFailure(place, error, { retry }) {
  place.removeAttribute("aria-busy");
  const again = h("button", { type: "button", class: "btn", onclick: retry }, icon("refresh"), " Try again");
  fill(
    place,
    empty({ glyph: "alert-triangle", title: "This could not be loaded", text: sentence(error), action: again }),
  );
}

/** May the person on this page act (make codes, connect), or only look? */
export function mayAct() {
  return document.body.dataset.meRole !== "viewer";
}
