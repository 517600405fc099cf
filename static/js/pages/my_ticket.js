/** One ticket of the customer's: how it stands, what was said, and a field to answer in. */
import { get, post, put } from "../core/api.js";
import { byId, h, icon, refill, since } from "../core/dom.js";
import { attempt } from "../desk/device_parts.js";
import { filesPart } from "../desk/ticket_files.js";
import { drawGone } from "../desk/ticket_head.js";
import { drawTalk } from "../desk/ticket_talk.js";
import { foreign, isDone, pathOf } from "../desk/ticket_words.js";
import { loader } from "../my/loading.js";
import { hearOfTickets } from "../my/ticket_news.js";
import { standingOf, ticketBadge } from "../my/ticket_words.js";

const { ticketId } = byId("ticket").dataset;
const path = pathOf(ticketId);
const field = h("textarea", { id: "comment", class: "form-control", rows: "3", maxlength: "10000", dir: "auto", placeholder: "Write to your support desk…" });
const go = h("button", { type: "submit", class: "btn btn-primary" }, icon("send"), " Send");
const form = h("form", { class: "ct-write", "aria-label": "Write" }, h("label", { class: "visually-hidden", for: "comment" }, "Your answer"), field, h("div", { class: "ct-send" }, go));
const load = loader(byId("talk"), refresh, { wait: 1000 });
const files = filesPart({ id: ticketId, mayAct: true, reload: load }, byId("files"));
let [isGone, before] = [false, null];

byId("write").append(form);
form.addEventListener("submit", send);
addEventListener("beforeunload", (event) => field.value.trim() && !isGone && event.preventDefault());
hearOfTickets(load, ({ ticketId: id, removed }) => String(id) === ticketId && (removed ? gone() : load()));

async function refresh() {
  if (isGone) return;
  let ticket = null;
  try {
    ticket = await get(path);
  } catch (error) {
    if (error.status !== 404) throw error;
    return void gone();
  }
  show(ticket);
}

function show(ticket) {
  const [words, , meaning] = standingOf(ticket);
  if (before && before !== words) byId("told").textContent = `Your ticket: ${words}.`;
  before = words;
  byId("head").removeAttribute("aria-busy");
  refill(
    byId("head"),
    h("h1", { class: "ca-break" }, foreign(ticket.title)),
    h("p", { class: "mb-1" }, ticketBadge(ticket), h("span", { class: "text-secondary" }, ` ${meaning} Number ${ticket.id}, asked `, since(ticket.created_at), ticket.hostname ? [" · ", foreign(ticket.hostname)] : null)),
    ticket.description ? h("div", { class: "ct-lines my-2", dir: "auto" }, ticket.description) : null,
    ticket.resolution && isDone(ticket) ? h("div", { class: "ct-inset ct-solution" }, h("b", {}, "What was done: "), foreign(ticket.resolution, { class: "ct-lines" })) : null,
    h("div", { class: "ca-actions ct-actions" }, actions(ticket)),
  );
  drawTalk(ticket, byId("talk"), { nothing: "Your support desk has not answered yet. You can add what comes to your mind.", isStaff: false, isTheirs: ({ author_id: id }) => String(id) !== document.body.dataset.meId });
  files.draw(ticket.attachments || []);
}

function actions({ status }) {
  const one = (label, glyph, wanted, extra = "") => h("button", { type: "button", class: `btn ${extra}`, dataset: { key: wanted }, onclick: (event) => set(event.currentTarget, wanted) }, icon(glyph), ` ${label}`);
  if (status === "resolved") return [one("That solved it", "check", "closed", "btn-primary"), one("It is not solved", "refresh", "open")];
  if (status === "closed" || status === "cancelled") return one("I need help with it again", "refresh", "open");
  return one("That solved it", "check", "resolved");
}

async function set(button, status) {
  await attempt(button, () => put(path, { status }));
  load();
}

async function send(event) {
  event.preventDefault();
  const content = field.value.trim();
  if (!content) return field.focus();
  if (await attempt(go, () => post(`${path}/comments`, { content }))) field.value = "";
  load();
  return field.focus();
}

function gone() {
  if (isGone) return;
  isGone = true;
  drawGone(byId("gone"), field.value.trim() ? [["What you wrote", field.value]] : [], "/my/tickets");
  for (const each of byId("ticket").querySelectorAll("form button, form textarea, #head button, #files input")) each.disabled = true;
}
