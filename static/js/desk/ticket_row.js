/** A ticket as a row of the list. */
import { h, since } from "../core/dom.js";
import { dueClock } from "./ticket_due.js";
import { CATEGORIES, foreign, priorityBadge, stateBadge } from "./ticket_words.js";

/** `names.person(id)` and `names.client(id)`; `chosen` is a set of ids where several can be chosen. */
export function ticketRow(ticket, { names, chosen = null, onChosen = null }) {
  const cell = (label, ...content) => h("td", { dataset: { label } }, content);
  return h(
    "tr",
    { dataset: { ticket: ticket.id, status: ticket.status }, class: ticket.isNew ? "ct-new" : null },
    chosen ? h("td", { class: "ct-choose" }, box(ticket, chosen, onChosen)) : null,
    h("td", { class: "ct-what" }, title(ticket), about(ticket, names)),
    cell("State", stateBadge(ticket)),
    cell("Priority", priorityBadge(ticket.priority)),
    cell("Assigned to", ticket.assigned_to ? foreign(ticket.assigned_name || names.person(ticket.assigned_to)) : h("span", { class: "text-secondary" }, "Nobody")),
    cell("Due", dueClock(ticket)),
    cell("Opened", since(ticket.created_at)),
  );
}

function title(ticket) {
  const href = `/tickets/${ticket.id}`;
  return h("a", { class: "ct-title", href, dataset: { key: `open ${ticket.id}`, row: "" } }, h("span", { class: "text-secondary ca-number" }, `#${ticket.id} `), foreign(ticket.title));
}

function about(ticket, names) {
  const parts = [names.client(ticket), ticket.hostname || ticket.device_id, CATEGORIES[ticket.category] || ticket.category, ticket.requested_by].filter(Boolean);
  return h("div", { class: "text-secondary small ct-about" }, parts.map((each, at) => [at ? " · " : "", foreign(each)]));
}

function box(ticket, chosen, onChosen) {
  const input = h("input", { type: "checkbox", class: "form-check-input", checked: chosen.has(ticket.id), "aria-label": `Choose ticket ${ticket.id}`, dataset: { key: `choose ${ticket.id}` } });
  input.addEventListener("change", () => {
    chosen[input.checked ? "add" : "delete"](ticket.id);
    onChosen();
  });
  return input;
}
