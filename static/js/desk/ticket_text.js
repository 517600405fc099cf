/** What a ticket is about: title, description and how it was solved, to read and to mend. */
import { sentence } from "../core/api.js";
import { busy, fill, h, icon } from "../core/dom.js";
import { field } from "./form_dialog.js";
import { differ } from "./ticket_saving.js";
import { foreign } from "./ticket_words.js";

const FIELDS = ["title", "description", "resolution"];

/** Draw it in `place`; returns `draw()`, `askHow()`, and `typed()`: what somebody writes and has not saved. */
export function textPart(desk, place) {
  let form = null;
  let seen = null;

  function draw() {
    place.removeAttribute("aria-busy");
    if (!form) fill(place, read());
  }

  function read() {
    const { ticket } = desk;
    const edit = desk.mayAct ? h("button", { type: "button", class: "btn btn-sm ms-auto", onclick: () => write(), dataset: { key: "edit" } }, icon("edit"), " Edit") : null;
    return [
      h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "What it is about"), edit),
      h(
        "div",
        { class: "card-body" },
        ticket.description ? h("div", { class: "ct-lines", dir: "auto" }, ticket.description) : h("p", { class: "text-secondary mb-0" }, "Nobody has described it further."),
        ticket.ai_summary ? h("div", { class: "ct-inset" }, h("b", {}, "Assistant: "), foreign(ticket.ai_summary)) : null,
        ticket.resolution ? h("div", { class: "ct-inset ct-solution" }, h("b", {}, "How it was solved: "), foreign(ticket.resolution, { class: "ct-lines" })) : null,
      ),
    ];
  }

  function write(first = "title") {
    seen = { ...desk.ticket };
    const refusal = h("div", { class: "alert alert-danger", role: "alert", hidden: true });
    const go = h("button", { type: "submit", class: "btn btn-primary" }, "Save");
    form = h(
      "form",
      { class: "card-body", novalidate: true },
      refusal,
      field("title", "Title", seen.title, { maxlength: "500", required: true, dir: "auto" }),
      field("description", "Description", seen.description, { rows: "8", maxlength: "10000", dir: "auto" }),
      field("resolution", "How was it solved?", seen.resolution, { rows: "3", maxlength: "10000", dir: "auto", hint: "Written down here it helps with the next ticket of this kind." }),
      h("div", { class: "d-flex gap-2" }, go, h("button", { type: "button", class: "btn", onclick: done }, "Cancel")),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await busy(go, save);
        done();
      } catch (error) {
        refusal.textContent = sentence(error);
        refusal.hidden = false;
      }
    });
    fill(place, h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "What it is about")), form);
    form.elements[first].focus();
  }

  async function save() {
    const changes = changed();
    if (Object.keys(changes).length) await desk.change(changes, { seen });
  }

  function changed() {
    const values = FIELDS.map((name) => [name, form.elements[name].value.trim()]);
    return Object.fromEntries(values.filter(([name, value]) => differ(value, seen[name])));
  }

  function done() {
    form = null;
    draw();
    place.querySelector("[data-key=edit]")?.focus();
  }

  /** Ask how it was solved, where nobody has said so yet. */
  function askHow() {
    if (!desk.ticket.resolution && !form) write("resolution");
  }

  return { draw, askHow, typed: () => (form ? FIELDS.filter((name) => form.elements[name].value.trim() && differ(form.elements[name].value.trim(), seen[name])).map((name) => [`Your ${name}`, form.elements[name].value]) : []) };
}
