/** The customer's page: consent, the browser's picker, the picture, chat and Stop. Each part tells its own story. */
import { del, get, sentence } from "../js/core/api.js";
import { confirm, toast } from "../js/core/dialog.js";
import { byId } from "../js/core/dom.js";
import { live } from "../js/core/live.js";
import { whyNot } from "../js/portal/can_share.js";
import { choose, end, inWords, surfaceOf } from "./capture.js";
import { createChat } from "./chat.js";
import { createHelperOffer } from "./helper_offer.js";
import { createPeople } from "./people.js";
import { takeSeat } from "./seat.js";
import { createSenders } from "./senders.js";
import { createStage } from "./stage.js";

const root = byId("share");
const GIVES = ["view", "recording"]; // what a browser can give at all
const HANDED = 10000; // ms that the picture goes on at most after the helper has taken over
let facts = { state: "loading", why: "", question: null, wanted: "", open: false, beside: false };
let share = null; // what the server says of the session
let stream = null;
let seat = null;
let senders = null;
let servers = [];
let recorded = false; // did the customer allow a recording?
let recorders = []; // names of those whose pages record now

const people = createPeople({ onChange: () => seat && render() });
const stage = createStage({
  card: byId("stage"), preview: () => stream,
  act: { allow, decline, later: () => set({ state: "later" }), home: () => location.assign("/"), reload: () => location.reload(), helper: () => set({ open: true }) },
});
let offer = null;
byId("stop").addEventListener("click", () => stop("Share again whenever you like."));
byId("leave").addEventListener("click", leave);
start();

async function start() {
  try {
    share = (await get("/api/share")).sharing;
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
    setTimeout(start, 3000);
    return;
  }
  if (!share) return set({ state: "none" });
  const was = sessionStorage.getItem("shared") === share.sessionId;
  offer = createHelperOffer({ card: byId("helper"), sessionId: share.sessionId, tell: (step) => seat.emit("helper-coming", { step }), decline: declineHelper });
  facts = { ...facts, wanted: share.helperWanted, state: whyNot() ? "cannot" : was ? "stopped" : "ready", why: was ? "This page was loaded again, and a browser asks anew each time." : "" };
  join();
}

async function join() {
  const line = live({ auth: { share: true } });
  const say = (event, fields) => seat.emit(event, fields);
  seat = takeSeat({ line, sessionId: share.sessionId, held: () => (stream ? GIVES.filter((right) => right === "view" || recorded) : []), on: { seated, lost: () => offline(true), refused, over, events } });
  senders = createSenders({
    stream: () => stream, iceServers: () => servers,
    send: { offer: (found, to) => say("webrtc-offer", { offer: found, targetSocketId: to }), candidate: (found, to) => say("webrtc-ice-candidate", { candidate: found, role: "helper", targetSocketId: to }) },
  });
  const chat = createChat({ line, ask: seat.ask, list: byId("messages"), form: byId("compose"), field: byId("message") });
  chat.load(share.messages);
  byId("chat").hidden = byId("leave-line").hidden = false;
  const found = await get(`/api/turn-servers?sessionId=${encodeURIComponent(share.sessionId)}`).catch(() => ({}));
  servers = Array.isArray(found.servers) ? found.servers : [];
  render();
}

const events = {
  "technicians-present": ({ technicians }) => people.present(technicians),
  "technician-joined": people.joined,
  "technician-left": people.left,
  "consent-changed": ({ rights, admitted }) => {
    people.admit(admitted);
    recorded = Array.isArray(rights) && rights.includes("recording");
    if (stream && Array.isArray(rights) && !rights.includes("view") && facts.state === "sharing") stop("Sharing was taken back.", { tell: false });
    render();
  },
  "recording-changed": recording,
  "connection-request": asked,
  "connection-request-closed": ({ requestId }) => facts.question && facts.question.id === requestId && set({ question: null }),
  "webrtc-answer": ({ answer, from }) => senders.answer(answer, from),
  "webrtc-ice-candidate": ({ candidate, from }) => candidate && senders.candidate(candidate, from),
  "stream-transport": ({ transport, from }) => transport === "webrtc" && senders.again(from),
  "set-stream-quality": ({ quality }) => senders.quality(quality),
  "helper-wanted": ({ technicianName }) => {
    set({ wanted: String(technicianName || "Your technician") });
    byId("helper").focus();
  },
  "peer-joined": ({ role }) => role === "helper" && set({ beside: true, question: null }),
  "peer-disconnected": ({ role }) => role === "helper" && facts.state !== "taken" && helperGone(),
  "share-moved": ({ to }) => (to === "helper" ? handOver() : finish("elsewhere")),
  "session-ended": () => finish("ended"),
};

function seated(answer) {
  offline(false);
  people.present(answer.technicians);
  if (stream && !answer.helper && !(answer.rights || []).includes("view")) stop("The connection was away for too long.", { tell: false });
  set({ beside: Boolean(answer.helper), question: null });
  announce();
}

/** Tell the technicians what this side can do, and whether it shows anything. */
function announce(sharing = stream ? "on" : "off") {
  if (facts.beside) return;
  seat.emit("helper-capabilities", {
    capabilities: { kind: "browser", platform: "browser", robotjs: false, control: false, files: false, clipboard: false, displayCount: 1, transports: ["webrtc"], sharing, surface: surfaceOf(stream) },
    displays: [], monitorIndex: 0,
  });
}

/** Who records now; the bar and the card say so for as long as it lasts. */
function recording({ recordings, stopped }) {
  recorders = [...new Set((Array.isArray(recordings) ? recordings : []).map(({ technicianName }) => String(technicianName || "Your technician")))];
  if (stopped && !recorders.length) toast(stopped.reason === "full" ? "The recording stopped: the server has no room left for it." : "The recording has stopped.");
  render();
}

function asked({ requestId, technicianName, rights, reason, joins }) {
  if (facts.beside || !Array.isArray(rights) || !rights.includes("view")) return;
  set({ question: { id: requestId, name: String(technicianName || "Your technician"), rights: rights.filter((right) => GIVES.includes(right)), records: rights.includes("recording"), reason: String(reason || ""), joins: Array.isArray(joins) ? joins.join(" and ") : "" } });
}

/** The customer's yes. The picker must come from this very click; the yes goes out meanwhile, for it is awaited 30 s. */
async function allow() {
  const { question } = facts;
  const shown = [...new Set([share.technicianId, ...people.ids()])].filter(Boolean);
  const picked = stream ? Promise.resolve(stream) : choose(() => stop("You stopped it in the browser."));
  if (!stream) {
    facts = { ...facts, state: "choosing" };
    announce("choosing");
  }
  set({ question: null });
  try {
    if (question) await seat.ask("approval-response", { approved: true, requestId: question.id, rights: question.rights });
    stream = await picked;
  } catch {
    picked.then(end, () => {});
    return stop("You closed the choice, so nothing is shown.");
  }
  sessionStorage.setItem("shared", share.sessionId);
  if (!question) await seat.ask("share-start", { technicians: shown }).then(agreed, () => {});
  announce();
  return set({ state: "sharing" });
}

function agreed(answer) {
  if (answer && answer.ok === false) toast(`${answer.error}.`, { kind: "danger" });
}

function decline() {
  seat.emit("approval-response", { approved: false, requestId: facts.question.id });
  set({ question: null });
}

function declineHelper() {
  if (facts.wanted) seat.emit("helper-coming", { step: "declined" });
  set({ wanted: "", open: false });
}

/** The red Stop, or the browser's own: the picture goes here and now, then everybody is told. */
function stop(why, { tell = true } = {}) {
  end(stream);
  stream = null;
  if (senders) senders.close();
  if (tell && seat) seat.emit("consent-revoke", { rights: ["view"] });
  if (["elsewhere", "ended", "taken"].includes(facts.state)) return;
  announce("off");
  set({ state: "stopped", why });
}

function helperGone() {
  set({ beside: false });
  announce();
}

/** The helper shows the screen now. This picture ends once the technicians have let go of it. */
function handOver() {
  const until = Date.now() + HANDED;
  facts = { ...facts, state: "taken" };
  const watch = setInterval(() => {
    if (stream && !senders.idle && Date.now() < until) return;
    clearInterval(watch);
    finish("taken");
  }, 250);
  render();
}

/** Is the session over, or only the server away? */
async function refused() {
  const found = await get("/api/share").catch(() => null);
  if (found && !found.sharing) over();
}

function over() {
  finish("ended");
}

/** Nothing is shared from here any more. */
function finish(state) {
  facts = { ...facts, state, question: null, wanted: "", open: false };
  end(stream);
  stream = null;
  if (senders) senders.close();
  seat.leave();
  sessionStorage.removeItem("shared");
  offline(false);
  byId("compose").hidden = byId("leave-line").hidden = true;
  if (state === "ended") del("/api/share").catch(() => {});
  render();
}

async function leave() {
  const sure = await confirm({ title: "End this session?", text: "Nobody sees your screen any more. To go on later you need the code again.", action: "End the session", danger: true });
  if (!sure) return;
  await seat.ask("session-stop").catch(() => {});
  finish("ended");
}

function offline(is) {
  byId("line").hidden = !is;
  byId("line").textContent = is ? "Connection lost. It comes back by itself…" : "";
}

function set(patch) {
  facts = { ...facts, ...patch };
  render();
}

/** What the large card shows: news go before the state of things. */
function state() {
  if (["none", "loading", "taken", "elsewhere", "ended", "choosing"].includes(facts.state)) return facts.state;
  if (facts.beside) return "beside";
  if (facts.question) return stream ? "watched" : whyNot() ? "cannot" : "asked";
  return facts.state;
}

function render() {
  const name = people.names() || (share && share.technicianName) || "Your technician";
  const watchers = people.watchers();
  if (senders && !facts.beside && facts.state !== "taken") senders.sync(stream ? people.entitled() : []);
  stage.show({ state: state(), why: facts.why, question: facts.question, name, watchers, what: inWords(stream), recorders: recorders.join(" and "), mirror: surfaceOf(stream) === "monitor", sharing: Boolean(stream) });
  if (offer) offer.show({ wanted: facts.wanted, open: facts.open, installer: share.installer, over: facts.beside || ["taken", "elsewhere", "ended", "none"].includes(facts.state) });
  byId("bar").hidden = !stream;
  byId("bar-text").textContent = watchers ? `${watchers} can see ${inWords(stream)}${recorders.length ? "" : recorded ? " and may record it" : ""}` : `You share ${inWords(stream)}`;
  byId("bar-rec").hidden = !recorders.length;
  byId("bar-rec").textContent = `Recording: ${recorders.join(" and ")} ${recorders.length > 1 ? "record" : "records"} what you show`;
  byId("bar").dataset.recording = String(recorders.length > 0);
  root.dataset.state = state();
  root.dataset.sharing = stream ? "on" : "off";
}
