/** What a customer asked their support desk for, newest first, live. */
import { get } from "../core/api.js";
import { byId, h, refill, since } from "../core/dom.js";
import { filters } from "../core/filters.js";
import { empty } from "../desk/empty.js";
import { foreign } from "../desk/ticket_words.js";
import { loader } from "../my/loading.js";
import { pager } from "../my/pager.js";
import { askForHelp } from "../my/ticket_new.js";
import { hearOfTickets } from "../my/ticket_news.js";
import { ticketBadge } from "../my/ticket_words.js";

const SHOWN = 25;
let asked = 0;
const load = loader(byId("tickets"), refresh, { wait: 1000 });
const choice = filters(() => (pages.first(), load()));
const pages = pager({ size: SHOWN, turn: load });

byId("new").addEventListener("click", () => askForHelp());
hearOfTickets(load);

async function refresh() {
  const mine = ++asked;
  const query = choice.chosen();
  query.set("limit", SHOWN);
  query.set("skip", pages.offset());
  const { tickets, total } = await get(`/api/tickets/page?${query}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (pages.show(tickets.length, total)) return void (await refresh());
  byId("tickets").removeAttribute("aria-busy");
  choice.show(total > 0 || choice.isAny());
  refill(byId("tickets"), tickets.length ? tickets.map(row) : nothing());
}

function row(ticket) {
  return h(
    "div",
    { dataset: { ticket: ticket.id } },
    h("div", { class: "ca-grow ca-break" }, h("a", { class: "fw-medium", href: `/my/tickets/${ticket.id}`, dataset: { key: `open ${ticket.id}` } }, foreign(ticket.title)), h("div", { class: "text-secondary small" }, `Number ${ticket.id} · asked `, since(ticket.created_at), ticket.hostname ? [" · ", foreign(ticket.hostname)] : null)),
    ticketBadge(ticket),
  );
}

function nothing() {
  if (choice.isAny()) return empty({ glyph: "search", title: "Nothing fits", text: "None of your tickets matches what you typed and chose.", action: h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show all") });
  return empty({ glyph: "ticket", title: "You have not asked for anything yet", text: "Tell your support desk what is wrong. What they answer, and what becomes of it, is shown here.", action: h("button", { type: "button", class: "btn btn-primary", onclick: () => askForHelp() }, "Ask for help") });
}
