/** Analytics of tickets and of the assistant, over the last days; and both as files. */
import { get, save, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, byId } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { showChatbot } from "../desk/analytics_chatbot.js";
import { showTickets } from "../desk/analytics_tickets.js";
import { showFailure } from "../desk/empty.js";

const SPANS = [7, 30, 90, 365];
const USUAL = 30;
const load = gently(fetchNow, { wait: 10_000 });
let asked = 0;
let days = Number(new URLSearchParams(location.search).get("days"));
if (!SPANS.includes(days)) days = USUAL;

for (const button of document.querySelectorAll("[data-days]")) button.addEventListener("click", () => choose(Number(button.dataset.days)));
byId("export-tickets").addEventListener("click", () => file("export-tickets", "/api/tickets/export.csv"));
byId("export-chatbot").addEventListener("click", () => file("export-chatbot", "/api/chatbot/logs.csv"));
mark();
live().onResync(load);
live().on("ticket-updated", load);

function choose(wanted) {
  days = wanted;
  history.replaceState(null, "", `?days=${days}`);
  mark();
  fetchNow();
}

function mark() {
  for (const button of document.querySelectorAll("[data-days]")) button.setAttribute("aria-pressed", String(Number(button.dataset.days) === days));
}

function fetchNow() {
  const mine = ++asked;
  show(mine, byId("tickets"), `/api/tickets/figures?days=${days}`, showTickets);
  show(mine, byId("chatbot"), `/api/chatbot/analytics?days=${days}`, showChatbot);
}

/** What stands there is drawn anew only when it has changed: a table that somebody has opened stays open. */
async function show(mine, place, path, draw) {
  try {
    const answer = await get(path);
    const text = JSON.stringify(answer);
    if (mine !== asked || place.dataset.shown === text) return;
    place.dataset.shown = text;
    draw(place, answer);
  } catch (error) {
    if (mine !== asked) return;
    delete place.dataset.shown;
    showFailure(place, error, { retry: fetchNow });
  }
}

async function file(id, path) {
  try {
    await busy(byId(id), () => save(path));
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}
