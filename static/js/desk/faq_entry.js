/** An entry of the knowledge base as a row of a list. */
import { h, icon } from "../core/dom.js";
import { seen } from "../core/printed.js";

/** The row of one entry; `may` says whether it is the reader's to change. */
export function faqRow(entry, { whose, may, edit, toggle, remove, tagged }) {
  return h(
    "div",
    { class: `cf-entry ${entry.is_active ? "" : "cf-off"}`, dataset: { entry: entry.id } },
    h(
      "div",
      { class: "ca-grow" },
      h("details", {}, h("summary", { dir: "auto", dataset: { key: `open ${entry.id}` } }, seen(entry.question)), h("p", { class: "cf-answer", dir: "auto" }, seen(entry.answer))),
      h(
        "div",
        { class: "cf-about" },
        h("span", { class: "text-secondary" }, h("bdi", {}, seen(entry.category)), whose ? [" · ", h("bdi", {}, whose)] : null),
        entry.is_active ? null : h("span", { class: "ca-state" }, "Switched off"),
        entry.tags.map((tag) => h("button", { type: "button", class: "cf-tag", dir: "auto", "aria-label": `Search for ${tag}`, onclick: () => tagged(tag) }, seen(tag))),
      ),
    ),
    may
      ? h(
          "div",
          { class: "ca-actions" },
          h("button", { type: "button", class: "btn btn-sm", dataset: { key: `edit ${entry.id}` }, "aria-label": `Edit: ${entry.question}`, onclick: () => edit(entry) }, icon("edit"), " Edit"),
          h("button", { type: "button", class: "btn btn-sm", dataset: { key: `toggle ${entry.id}` }, "aria-label": `${entry.is_active ? "Switch off" : "Switch on"}: ${entry.question}`, onclick: (event) => toggle(entry, event.currentTarget) }, entry.is_active ? "Switch off" : "Switch on"),
          remove && !entry.is_shipped ? h("button", { type: "button", class: "btn btn-sm btn-icon btn-ghost-danger", title: "Delete for good", "aria-label": `Delete for good: ${entry.question}`, onclick: (event) => remove(entry, event.currentTarget) }, icon("trash")) : null,
        )
      : null,
  );
}
