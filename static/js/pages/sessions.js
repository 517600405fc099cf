/** The list of sessions, live: a page of it, as the server searches and counts, changed in place by events. */
import { get } from "../core/api.js";
import { byId, h, refill } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";
import { sessionRow, stateOf, updated } from "../desk/session.js";

const SHOWN = 50;
const LABELS = { "": "All", connected: "Connected", waiting: "Waiting", ended: "Ended" };
const TYPING = 300; // ms
let sessions = [];
let counts = {};
let callers = new Map(); // session → the colleague who calls me into it
let offset = 0;
let asked = 0;
let isDue = false;
const load = gently(() => refresh().catch((error) => showFailure(byId("sessions"), error, { retry: load })));
const line = live();

byId("status").addEventListener("change", again);
byId("search").addEventListener("input", later(again));
byId("newer").addEventListener("click", () => turn(-SHOWN));
byId("older").addEventListener("click", () => turn(SHOWN));
line.onResync(load);
line.on("session-created", load);
line.on("session-updated", note);
line.on("session-ended", load);
line.on("session-invitation", load);
line.on("session-invitation-closed", load);

async function refresh() {
  const turnOf = (asked += 1);
  const query = new URLSearchParams({ all: "1", counts: "1", limit: SHOWN, offset, status: byId("status").value, q: byId("search").value.trim() });
  const [answer, calls] = await Promise.all([get(`/api/sessions?${query}`), mayAct() ? get("/api/sessions/invitations") : { invitations: [] }]);
  if (turnOf !== asked) return; // something else was asked for meanwhile
  ({ sessions, counts } = answer);
  callers = new Map(calls.invitations.map((each) => [each.sessionId, each.fromName]));
  if (!sessions.length && offset) return turn(-SHOWN);
  show();
}

/** One session changed: its row at once; the counts and the order from the server, in their time. */
function note(event) {
  const known = sessions.find((each) => each.session_id === event.sessionId);
  if (!known) return offset ? null : load();
  const changed = updated(known, event);
  sessions = sessions.map((each) => (each === known ? changed : each));
  showSoon();
  if (stateOf(changed) !== stateOf(known)) load();
}

function again() {
  offset = 0;
  refresh().catch((error) => showFailure(byId("sessions"), error, { retry: load }));
}

function turn(by) {
  offset = Math.max(0, offset + by);
  refresh().catch((error) => showFailure(byId("sessions"), error, { retry: load }));
}

/** Many changes at once are drawn once. */
function showSoon() {
  if (!isDue) requestAnimationFrame(show);
  isDue = true;
}

function show() {
  isDue = false;
  const wanted = byId("status").value;
  byId("sessions").removeAttribute("aria-busy");
  refill(byId("sessions"), sessions.length ? sessions.map((row) => sessionRow(row, { caller: callers.get(row.session_id) })) : nothing(wanted));
  for (const option of byId("status").options) {
    const number = option.value ? counts[option.value] : total();
    option.textContent = `${LABELS[option.value]} (${number ?? 0})`;
  }
  const all = wanted ? counts[wanted] : total();
  byId("pager").hidden = all <= SHOWN;
  byId("newer").disabled = !offset;
  byId("older").disabled = offset + SHOWN >= all;
  byId("place").textContent = `${offset + 1}–${offset + sessions.length} of ${all}`;
}

function total() {
  return (counts.connected || 0) + (counts.waiting || 0) + (counts.ended || 0);
}

function later(run) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, TYPING);
  };
}

function nothing(wanted) {
  if (wanted && total())
    return empty({ glyph: "search", title: `No session is ${wanted}`, text: "Choose another status to see more." });
  if (byId("search").value.trim())
    return empty({ glyph: "search", title: "Nothing found", text: "Try a part of the customer's, the computer's or the technician's name, or the session's number." });
  return empty({
    glyph: "screen-share",
    title: "No sessions yet",
    text: "Make a support code, let the customer start the helper, then connect to the device.",
    action: h("a", { class: "btn btn-primary", href: "/codes" }, "Make a support code"),
  });
}
