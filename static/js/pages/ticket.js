/** The page of one ticket, live: several people may work on it at once, and it may be deleted under their hands. */
import { get, post } from "../core/api.js";
import { byId, fill } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { shortcuts } from "../core/shortcuts.js";
import { mayAct, showFailure } from "../desk/empty.js";
import { askWhichStays } from "../desk/ticket_conflict.js";
import { drawFacts } from "../desk/ticket_facts.js";
import { filesPart } from "../desk/ticket_files.js";
import { drawGone, drawHead } from "../desk/ticket_head.js";
import { drawHistory } from "../desk/ticket_history.js";
import { drawLinks } from "../desk/ticket_links.js";
import { Collided, saveTicket } from "../desk/ticket_saving.js";
import { drawTalk, writePart } from "../desk/ticket_talk.js";
import { textPart } from "../desk/ticket_text.js";
import { pathOf, STATES } from "../desk/ticket_words.js";

const { ticketId, client } = byId("ticket").dataset;
const people = new Map([...byId("people").content.querySelectorAll("option[value]")].filter((each) => each.value).map((each) => [Number(each.value), each.textContent]));
const desk = {
  id: ticketId,
  client,
  people,
  ticket: null,
  mayAct: mayAct(),
  isStaff: true,
  nameOf: (id) => people.get(Number(id)) || (id === desk.ticket?.assigned_to && desk.ticket.assigned_name) || `Person ${id}`,
  change,
  confirmGuess,
  askHow: () => text.askHow(),
  reload: () => fetchNow(),
  modeChanged: () => files?.told(),
};
const fetchNow = () => refresh().catch(failed);
const load = gently(fetchNow, { wait: 1000 });
const text = textPart(desk, byId("text"));
let files = null;
const write = desk.mayAct ? writePart(desk) : null;
files = filesPart(desk, byId("files"), { isInternal: () => Boolean(write?.isInternal()) });
const linked = gently(() => drawLinks(desk, byId("links")), { wait: 2000 });
const drawn = new Map(); // part → what it shows
let isGone = false;

if (write) byId("write").append(write.node);
shortcuts({ r: ["Write a note or an answer", write ? write.focus : null], e: ["Edit title and description", desk.mayAct ? () => byId("text").querySelector("[data-key=edit]")?.click() : null], u: ["Back to the list", () => location.assign("/tickets")] });
addEventListener("beforeunload", (event) => typed().length && !isGone && event.preventDefault());
live().onResync(load);
live().on("ticket-updated", ({ ticketId: id, removed }) => {
  if (String(id) !== ticketId) return;
  if (removed) gone();
  else load();
});

async function refresh() {
  if (isGone) return;
  const [ticket, history] = await Promise.all([get(pathOf(ticketId)), get(`${pathOf(ticketId)}/history`)]);
  show(ticket);
  once("history", history, () => drawHistory(desk, byId("history"), history));
}

/** Draw a part when what it shows has changed: a list that somebody has just opened stays open. */
function once(name, shown, draw) {
  const now = JSON.stringify(shown);
  if (drawn.get(name) === now) return;
  drawn.set(name, now);
  draw();
}

function show(ticket) {
  const before = desk.ticket;
  desk.ticket = ticket;
  document.title = `#${ticket.id} ${ticket.title} · ConnectAssist`;
  if (before && before.status !== ticket.status) byId("told").textContent = `The ticket is now: ${STATES[ticket.status] || ticket.status}.`;
  const { comments: _, attachments = [], ...facts } = ticket;
  once("head", facts, () => drawHead(desk, byId("head")));
  once("facts", facts, () => drawFacts(desk, byId("facts")));
  text.draw();
  drawTalk(ticket, byId("talk"), { nothing: "Nothing was said yet. Answer the customer, or leave a note for your colleagues.", isTheirs: ({ author_id: id }) => id === null || (id === ticket.created_by && !people.has(id)) });
  once("files", attachments, () => files.draw(attachments));
  linked();
}

/** Change the ticket; `seen` is what the reader looked at. Rejects with an ApiError. */
async function change(changes, { seen = desk.ticket } = {}) {
  try {
    show({ ...desk.ticket, ...(await saveTicket(seen, changes)) });
  } catch (error) {
    if (!(error instanceof Collided)) throw error;
    const { theirs, fields } = error;
    show(theirs);
    const who = await whoChanged(fields).catch(() => "");
    const isOurs = await askWhichStays({ seen, changes, theirs, fields, nameOf: desk.nameOf, who });
    const rest = Object.fromEntries(Object.entries(changes).filter(([name]) => isOurs || !fields.includes(name)));
    if (Object.keys(rest).length) return change(rest, { seen: theirs });
  }
  return fetchNow();
}

/** The category that was guessed is right. Rejects with an ApiError, also when somebody changed the ticket meanwhile. */
async function confirmGuess() {
  try {
    show(await post(`${pathOf(ticketId)}/confirm-guess`, {}, { headers: { "If-Match": String(desk.ticket.version) } }));
    document.getElementById("fact-category")?.focus(); // the button is gone
  } finally {
    await fetchNow();
  }
}

async function whoChanged(fields) {
  return (await get(`${pathOf(ticketId)}/history`)).find((each) => fields.some((name) => name in (each.changes || {})))?.who || "";
}

function failed(error) {
  if (error.status === 404) return gone();
  if (!desk.ticket) return showFailure(byId("text"), error, { retry: fetchNow });
  return null; // what is shown stays; the pill tells of a lost line
}

function typed() {
  return [...text.typed(), ...(write?.typed() || [])];
}

function gone() {
  if (isGone || desk.isLeaving) return;
  const left = typed();
  isGone = true;
  drawGone(byId("gone"), left, "/tickets");
  for (const each of byId("ticket").querySelectorAll(".ct-main button, .ct-main textarea, .ct-main input, .ct-side button, .ct-side select, .ct-side input, .ct-actions button")) each.disabled = true;
  fill(byId("conflict"));
  byId("conflict").hidden = true;
}
