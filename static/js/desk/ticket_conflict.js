/** Two people changed the same part of a ticket: both versions side by side, and whoever came second chooses. */
import { byId, fill, h, icon } from "../core/dom.js";
import { fieldName, foreign, valueWords } from "./ticket_words.js";

/** Show it in `#conflict`. Resolves to true when ours shall stand, to false when theirs stays. */
export function askWhichStays({ seen, changes, theirs, fields, nameOf, who }) {
  const place = byId("conflict");
  const said = (name, value) => foreign(valueWords(name, value, nameOf), { class: "ct-lines" });
  const rows = fields.map((name) =>
    h("tr", {}, h("th", { scope: "row" }, fieldName(name)), h("td", { dataset: { label: "Before" } }, said(name, seen[name])), h("td", { dataset: { label: "Theirs" } }, said(name, theirs[name])), h("td", { dataset: { label: "Yours" } }, said(name, changes[name]))),
  );
  return new Promise((resolve) => {
    const choose = (isOurs) => {
      place.hidden = true;
      fill(place);
      resolve(isOurs);
    };
    fill(
      place,
      h("div", { class: "card-body" }, h("h2", { class: "h3" }, icon("alert-triangle"), " ", who ? foreign(who) : "Somebody else", " changed this while you were writing"), h("p", { class: "mb-0" }, "None of your changes are saved yet, and nothing is lost. Which version should be kept?")),
      h("div", { class: "table-responsive" }, h("table", { class: "table card-table ca-cards" }, h("thead", {}, h("tr", {}, h("th", {}, "What"), h("th", {}, "Before"), h("th", {}, "Theirs"), h("th", {}, "Yours"))), h("tbody", {}, rows))),
      h("div", { class: "card-body d-flex flex-wrap gap-2" }, h("button", { type: "button", class: "btn btn-primary", onclick: () => choose(true) }, "Save mine over it"), h("button", { type: "button", class: "btn", onclick: () => choose(false) }, "Keep theirs")),
    );
    place.hidden = false;
    place.focus();
  });
}
