/** The list of tickets: one page of it, as the server filters and sorts; live, worked through with the keyboard. What is
 * chosen stands in the address, so that it can be kept, shared and gone back to. */
import { get } from "../core/api.js";
import { byId, fill, h, refill } from "../core/dom.js";
import { filters } from "../core/filters.js";
import { gently, live } from "../core/live.js";
import { shortcuts } from "../core/shortcuts.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";
import { keepingPlace, step } from "../desk/ticket_place.js";
import { manyTickets } from "../desk/ticket_many.js";
import { askNewTicket } from "../desk/ticket_new.js";
import { ticketRow } from "../desk/ticket_row.js";
import { CATEGORIES, options, PRIORITIES, STATES } from "../desk/ticket_words.js";
import { pager } from "../my/pager.js";

const SHOWN = 50;
const ORDERS = { newest: "Newest first", oldest: "Oldest first", due: "Due first", priority: "Most urgent first", updated: "Changed last" };
let [tickets, asked] = [[], 0];
const known = new Set(); // ids that this page has shown
const names = { person: (id) => text("assigned_to", id) || (String(id) === document.body.dataset.meId ? document.body.dataset.meName : `Person ${id}`), client: ({ client_name: name }) => (byId("client").hidden ? "" : name) };
byId("status").append(...options({ "": "Any state", ...STATES }, { chosen: "open,in_progress", first: ["open,in_progress", "Not solved yet"] }));
byId("priority").append(...options(PRIORITIES, { first: ["", "Any priority"] }));
byId("category").append(...options(CATEGORIES, { first: ["", "Any category"] }));
byId("sort").append(...options(ORDERS, { chosen: "newest" }));

const fetchNow = () => refresh().catch((error) => showFailure(emptyPlace(true), error, { retry: fetchNow }));
const load = gently(fetchNow);
const choice = filters(again);
const pages = pager({ size: SHOWN, turn });
const many = mayAct() ? manyTickets({ shown: () => tickets, done: fetchNow }) : null;

byId("keys").addEventListener("click", shortcuts({
  "/": ["Search", () => byId("search").focus()],
  j: ["Next ticket", () => step(byId("rows"), 1)],
  k: ["Previous ticket", () => step(byId("rows"), -1)],
  Enter: ["Open the ticket", null],
  n: ["New ticket", mayAct() ? open : null],
}));
byId("search").addEventListener("keydown", (event) => event.key === "Enter" && step(byId("rows"), 1));
document.getElementById("new")?.addEventListener("click", open);
live().onResync(load);
live().on("ticket-updated", note);

function text(select, value) {
  return [...byId(select).options].find((each) => each.value === String(value))?.text || "";
}

function query() {
  const wanted = choice.chosen();
  for (const name of ["status", "sort"]) wanted.set(name, byId(name).value);
  const whose = wanted.get("assigned_to");
  if (whose === "nobody") wanted.set("unassigned", "true");
  if (whose === "nobody") wanted.delete("assigned_to");
  if (whose === "me") wanted.set("assigned_to", document.body.dataset.meId);
  return wanted;
}

async function refresh() {
  const mine = ++asked;
  const wanted = query();
  const { sort: _, ...exported } = Object.fromEntries(wanted);
  byId("csv").href = `/api/tickets/export.csv?${new URLSearchParams(exported)}`;
  wanted.set("limit", SHOWN);
  wanted.set("skip", pages.offset());
  const { tickets: found, total } = await get(`/api/tickets/page?${wanted}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (pages.show(found.length, total)) return void (await refresh());
  const isFirst = !known.size;
  tickets = found.map((each) => ({ ...each, isNew: !isFirst && !known.has(each.id) }));
  for (const each of found) known.add(each.id);
  show();
}

/** One ticket changed: its row at once, the order and whatever else it shows from the server in their time. */
function note({ ticketId, created, removed, ...changes }) {
  const mine = tickets.find((each) => each.id === ticketId);
  if (created) byId("told").textContent = `Ticket ${ticketId} was opened.`;
  if (mine && removed) tickets = tickets.filter((each) => each !== mine);
  else if (mine) Object.assign(mine, changes);
  if (mine) show();
  load();
}

function show() {
  byId("rows").removeAttribute("aria-busy");
  emptyPlace(!tickets.length);
  many?.keepTo(tickets);
  keepingPlace(byId("rows"), () => refill(byId("rows"), tickets.map((each) => ticketRow(each, { names, ...many?.choosing }))));
  if (!tickets.length) fill(byId("empty"), nothing());
}

function emptyPlace(isShown) {
  byId("empty").hidden = !isShown;
  byId("rows").closest(".table-responsive").hidden = isShown;
  return byId("empty");
}

function again() {
  pages.first();
  known.clear();
  fetchNow();
}

function turn() {
  known.clear();
  fetchNow();
  byId("filters").scrollIntoView({ block: "nearest" });
}

async function open() {
  const clients = [...byId("client").options].filter((each) => each.value).map((each) => [each.value, each.text]);
  const made = await askNewTicket({ clients });
  if (made) location.assign(`/tickets/${made.id}`);
}

function nothing() {
  const all = h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show what is not solved");
  if (choice.isAny()) return empty({ glyph: "search", title: "Nothing fits", text: "No ticket matches what you typed and chose.", action: all });
  const make = mayAct() ? h("button", { type: "button", class: "btn btn-primary", onclick: open }, "New ticket") : null;
  return empty({ glyph: "ticket", title: "Nothing waits for you", text: "There is no open ticket. What customers and devices ask for appears here by itself; open one yourself when somebody calls.", action: make });
}
