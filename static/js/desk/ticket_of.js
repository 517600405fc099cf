/** The ticket that a session or a case belongs to: a link to it, or a button that opens one. */
import { get, post } from "../core/api.js";
import { fill, h, icon } from "../core/dom.js";
import { attempt } from "./device_parts.js";
import { mayAct } from "./empty.js";
import { foreign } from "./ticket_words.js";

/** Fill `place`; `path` is that of the session or case in the API. The page works without it. */
export async function showTicketOf(place, path) {
  const { ticket } = await get(`${path}/ticket`).catch(() => ({ ticket: undefined }));
  if (ticket) fill(place, h("a", { class: "btn btn-sm", href: `/tickets/${ticket.id}`, title: ticket.title }, icon("ticket"), h("span", { class: "ca-clip ct-of" }, `Ticket #${ticket.id} `, foreign(ticket.title))));
  else if (ticket === null && mayAct()) fill(place, h("button", { type: "button", class: "btn btn-sm", onclick: (event) => open(event.currentTarget, path) }, icon("ticket"), " Open a ticket"));
}

async function open(button, path) {
  await attempt(button, async () => location.assign(`/tickets/${(await post(`${path}/ticket`, {})).ticket.id}`));
}
