/**
 * Keys of a page: single letters, never while somebody types or a dialog is open.
 *
 *   shortcuts({ "/": ["Search", () => byId("search").focus()], n: ["New ticket", makeNew] });
 *
 * "?" shows them all. A key whose handler is null is only told of.
 */
import { ask } from "./dialog.js";
import { h } from "./dom.js";

export function shortcuts(keys) {
  const tell = () => ask({ title: "Keys of this page", fields: list(keys), action: "Close", cancel: "" });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isElsewhere(event.target)) return;
    const handler = event.key === "?" ? tell : keys[event.key]?.[1];
    if (!handler) return;
    event.preventDefault();
    handler();
  });
  return tell;
}

function isElsewhere(target) {
  return target.isContentEditable || target.closest?.("input:not([type=checkbox]), textarea, select, dialog") || document.querySelector("dialog[open], .dropdown-menu.show");
}

function list(keys) {
  const rows = Object.entries({ ...keys, "?": ["These keys"] }).map(([key, [label]]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, label)]);
  return h("dl", { class: "ca-facts" }, rows);
}
