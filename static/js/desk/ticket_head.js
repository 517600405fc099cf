/** The head of a ticket's page: what it is about, how it stands, and the usual next steps. */
import { fill, h, icon, refill, since } from "../core/dom.js";
import { attempt } from "./device_parts.js";
import { foreign, isDone, pathOf, priorityBadge, stateBadge } from "./ticket_words.js";
import { confirm } from "../core/dialog.js";
import { del } from "../core/api.js";

const isAdmin = document.body.dataset.meRole === "admin";

/** Draw the head of `desk.ticket` in `place`. */
export function drawHead(desk, place) {
  const { ticket } = desk;
  place.removeAttribute("aria-busy");
  const by = ticket.requested_by || (ticket.created_by_name ?? "");
  refill(
    place,
    h("h1", { class: "ca-break" }, h("span", { class: "text-secondary ca-number" }, `#${ticket.id} `), foreign(ticket.title)),
    h("p", { class: "ct-state-line" }, stateBadge(ticket), " ", priorityBadge(ticket.priority), h("span", { class: "text-secondary" }, foreign(desk.client), " · opened ", since(ticket.created_at), by ? [" by ", foreign(by)] : null)),
    desk.mayAct ? h("div", { class: "ca-actions ct-actions" }, actions(desk)) : null,
  );
}

function actions(desk) {
  const { ticket } = desk;
  const me = Number(document.body.dataset.meId);
  const one = (label, glyph, changes, extra = "", then = null) =>
    h("button", { type: "button", class: `btn btn-sm ${extra}`, dataset: { key: label }, onclick: async (event) => (await attempt(event.currentTarget, () => desk.change(changes))) && then?.() }, icon(glyph), ` ${label}`);
  const isOver = isDone(ticket);
  return [
    isOver ? one("Open again", "refresh", { status: "open" }) : null,
    !isOver && ticket.assigned_to !== me ? one("Take it", "user-check", { assigned_to: me, ...(ticket.status === "open" ? { status: "in_progress" } : {}) }, "btn-primary") : null,
    !isOver && !ticket.waiting_since ? one("Waiting for customer", "player-pause", { waiting_for_customer: true }) : null,
    !isOver && ticket.waiting_since ? one("Go on", "player-play", { waiting_for_customer: false }, "btn-primary") : null,
    !isOver ? one("Solved", "check", { status: "resolved" }, "", desk.askHow) : null,
    ticket.status === "resolved" ? one("Close", "lock", { status: "closed" }) : null,
    isAdmin ? h("button", { type: "button", class: "btn btn-sm btn-ghost-danger", dataset: { key: "delete" }, onclick: (event) => remove(desk, event.currentTarget) }, icon("trash"), " Delete") : null,
  ];
}

async function remove(desk, button) {
  const text = "Its conversation, files and history are gone for good. If the ticket is done, close it instead.";
  if (!(await confirm({ title: `Delete ticket ${desk.ticket.id}?`, text, action: "Delete", danger: true }))) return;
  desk.isLeaving = true;
  if (await attempt(button, () => del(pathOf(desk.ticket.id)))) return location.assign("/tickets");
  desk.isLeaving = false;
}

/** Say that the ticket is gone, and hold out what was typed to be copied. `typed` are [label, text]. */
export function drawGone(place, typed, back) {
  place.hidden = false;
  fill(
    place,
    icon("trash"),
    h("div", { class: "ca-grow" }, h("b", {}, "This ticket was deleted."), " Nothing can be added to it any more.", typed.map(([label, text]) => h("label", { class: "d-block mt-2" }, `${label}, to be copied:`, h("textarea", { class: "form-control", rows: "3", readonly: true, value: text })))),
    h("a", { class: "btn btn-sm", href: back }, "To the tickets"),
  );
  place.focus();
}
