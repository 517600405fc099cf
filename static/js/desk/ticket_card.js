/** The dashboard's card of tickets: how many wait, how many are late, and those that are due first. */
import { get } from "../core/api.js";
import { byId, h, refill } from "../core/dom.js";
import { dueClock } from "./ticket_due.js";
import { foreign, priorityBadge } from "./ticket_words.js";

const LIVE = "status=open,in_progress";
const SHOWN = 3;

/** Load them into `place`, and the counts into `#ticket-count` and `#ticket-late`. */
export async function showTickets(place) {
  const [{ tickets, total }, late] = await Promise.all([get(`/api/tickets/page?${LIVE}&sort=due&limit=${SHOWN}`), get(`/api/tickets/page?${LIVE}&overdue=true&sort=due&limit=${SHOWN}`)]);
  place.removeAttribute("aria-busy");
  say(byId("ticket-count"), total, "open");
  say(byId("ticket-late"), late.total, "overdue");
  const first = [...late.tickets, ...tickets.filter((each) => !late.tickets.some(({ id }) => id === each.id))].slice(0, SHOWN);
  refill(place, first.length ? first.map(row) : h("p", { class: "text-secondary mb-0" }, "Nobody is waiting for an answer."));
}

function say(badge, count, word) {
  badge.hidden = !count;
  badge.textContent = `${count.toLocaleString()} ${word}`;
}

function row(ticket) {
  return h(
    "div",
    { dataset: { ticket: ticket.id } },
    h("div", { class: "ca-grow" }, h("a", { class: "fw-medium text-reset d-block ca-clip", href: `/tickets/${ticket.id}`, dataset: { key: `ticket ${ticket.id}` } }, `#${ticket.id} `, foreign(ticket.title)), h("div", { class: "text-secondary small ca-clip" }, priorityBadge(ticket.priority), " · ", foreign(ticket.client_name || ""), " · ", ticket.assigned_name ? foreign(ticket.assigned_name) : "not assigned yet")),
    dueClock(ticket),
  );
}
