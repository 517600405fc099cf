/** State, priority, category, who works on it, and the clocks of a ticket. Each is changed by choosing something else. */
import { h, icon, refill } from "../core/dom.js";
import { attempt } from "./device_parts.js";
import { clockRows } from "./ticket_due.js";
import { CATEGORIES, foreign, options, PRIORITIES, STATES, valueWords } from "./ticket_words.js";

/** Draw them in `place`. */
export function drawFacts(desk, place) {
  const { ticket } = desk;
  place.removeAttribute("aria-busy");
  const choices = { status: [STATES], priority: [PRIORITIES], category: [CATEGORIES, ["", "None"]], assigned_to: [people(desk), ["", "Nobody"]] };
  const row = (name, label) => [h("dt", {}, h("label", { for: `fact-${name}` }, label)), h("dd", {}, desk.mayAct ? select(desk, name, ...choices[name]) : foreign(valueWords(name, ticket[name], desk.nameOf)), name === "category" ? guess(desk) : null)];
  refill(
    place,
    h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "State")),
    h("dl", { class: "card-body ca-facts ct-facts" }, row("status", "State"), row("priority", "Priority"), row("category", "Category"), row("assigned_to", "Assigned to"), clockRows(ticket)),
  );
}

function people(desk) {
  return Object.fromEntries([...desk.people].map(([id, name]) => [String(id), name]));
}

function select(desk, name, words, first = null) {
  const value = desk.ticket[name] === null || desk.ticket[name] === undefined ? "" : String(desk.ticket[name]);
  const list = h("select", { id: `fact-${name}`, class: "form-select form-select-sm", dataset: { key: name } }, options(words, { chosen: value || null, first: first || undefined }));
  list.addEventListener("change", async () => {
    const wanted = name === "assigned_to" ? Number(list.value) || null : list.value;
    if (!(await attempt(null, () => desk.change({ [name]: wanted })))) list.value = value;
  });
  return list;
}

/** How sure the guess was, and one click to say that it was right: what staff say teaches the next one. */
function guess(desk) {
  const { ticket } = desk;
  if (!ticket.auto_categorized || ticket.guess_checked) return null;
  const sure = ticket.confidence_score === null || ticket.confidence_score === undefined ? "" : `, ${Math.round(ticket.confidence_score * 100)} % sure`;
  const right = h("button", { type: "button", class: "btn btn-sm mt-1", dataset: { key: "right" }, onclick: (event) => attempt(event.currentTarget, desk.confirmGuess) }, icon("check"), " That’s right");
  return h("div", { class: "text-secondary small mt-1" }, icon("robot", "ca-icon-small"), ` guessed${sure}`, desk.mayAct ? [". Say so if it is right, or choose another one: later guesses learn from both.", h("div", {}, right)] : "");
}
