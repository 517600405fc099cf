/**
 * The technician's seat in the session: taken on every (re)connect, and what the server says about the other side.
 */
import { refusal } from "./say.js";

const FINAL = new Set(["SESSION_NOT_FOUND", "SESSION_ENDED", "WRONG_ROLE", "UNAUTHORIZED"]);
const RETRY = 3000; // ms

/** Take the seat and keep it. `happened(text, icon)` writes the timeline; `onSeated()` runs after every join. */
export function takeSeat({ store, line, sessionId, me, happened, onSeated, now = Date.now }) {
  const { socket } = line;
  let isAway = false;
  const here = (handler) => (event) => (!event || !event.sessionId || event.sessionId === sessionId) && handler(event || {});
  line.onResync(join);
  socket.on("disconnect", () => {
    store.set({ line: "down", joined: false, lineLostAt: store.facts.lineLostAt || now() });
    happened("Your connection was lost", "wifi-off");
  });
  line.on("helper-status", here(({ online }) => helper(online)));
  line.on("peer-joined", here(({ role }) => role === "helper" && helper(true)));
  line.on("peer-disconnected", here(({ role }) => role === "helper" && helper(false)));
  line.on("helper-capabilities", here(capabilities));
  line.on("consent-changed", here(consentChanged));
  line.on("technician-removed", here(({ technicianId }) => isMe(technicianId) && sentAway("The customer sent you out of this session. Reload the page to ask again.")));
  line.on("session-handed-over", here(handedOver));
  line.on("session-ended", here(({ by }) => ended(by)));

  async function join() {
    if (isAway) return;
    const answer = await line.ask("join-session", { sessionId, role: "technician", technicianId: me.id, technicianName: me.name }).catch(() => null);
    if (!answer || answer.ok === false) return notSeated(answer);
    const healed = store.facts.lineLostAt > 0;
    store.set({ line: "up", joined: true, lineLostAt: 0, refusal: "" });
    store.set({ admitted: answer.admitted !== false, held: answer.held || answer.rights || [] });
    consent({ rights: answer.rights || [], by: "" });
    if (typeof answer.helperOnline === "boolean") helper(answer.helperOnline);
    else if (store.facts.helperOnline === null) store.set({ helperOnline: false });
    happened(healed ? "Your connection is back" : "You joined the session", healed ? "wifi" : "user-check");
    onSeated(answer);
  }

  function notSeated(answer) {
    if (answer && FINAL.has(answer.error_code)) {
      if (answer.error_code === "SESSION_ENDED") return ended("");
      return store.set({ line: "up", refusal: refusal(answer), over: answer.error_code === "SESSION_NOT_FOUND" });
    }
    setTimeout(() => socket.connected && !store.facts.joined && join(), RETRY);
  }

  function helper(online) {
    const was = store.facts.helperOnline;
    if (online === was) return;
    store.set({ helperOnline: online, helperLostAt: online ? 0 : was ? now() : 0 });
    if (online) happened(was === false && store.facts.helperSeen ? "The customer's computer is back" : "The customer's computer is here", "plug-connected");
    else if (was) happened("The customer's connection was lost", "plug-connected-x");
    if (online) store.set({ helperSeen: true });
  }

  function capabilities({ capabilities: found, displays, monitorIndex }) {
    const list = Array.isArray(displays) ? displays.filter((display) => Number.isInteger(display.index)) : [];
    store.set({ capabilities: found || {}, displays: list, monitorIndex: Number(monitorIndex) || 0 });
  }

  /** The session has one set of rights; they are mine only when the customer admitted me. */
  function consentChanged({ rights, by, admitted, technicianId }) {
    if (!Array.isArray(rights)) return;
    const mine = !Array.isArray(admitted) || admitted.some(isMe);
    const isColleagues = Boolean(technicianId) && !isMe(technicianId); // the helper let them in, and me not yet: nothing was taken back
    store.set({ admitted: mine, held: rights, admittedIds: admitted || [] });
    consent({ rights: mine ? rights : [], by: mine || !isColleagues ? by : "technician" });
  }

  function isMe(id) {
    return String(id) === String(me.id);
  }

  function handedOver({ technicianName, fromTechnicianId }) {
    happened(`${technicianName} has taken the session over`, "users");
    if (isMe(fromTechnicianId)) sentAway(`You handed this session over to ${technicianName}.`);
  }

  /** My seat is gone, and is not taken again by itself. */
  function sentAway(why) {
    isAway = true;
    store.set({ refusal: why, rights: [], asking: null, answer: null, joined: false });
  }

  function consent({ rights, by }) {
    const gone = store.facts.rights.filter((right) => !rights.includes(right));
    const added = rights.filter((right) => !store.facts.rights.includes(right));
    const taken = by && by !== "technician" && gone.length ? { takenBack: gone, takenBy: by }
      : { takenBack: store.facts.takenBack.filter((right) => !rights.includes(right)) };
    store.set({ rights, ...taken, answer: added.length || gone.length ? null : store.facts.answer }); // the older news says nothing any more
    if (added.length) happened(`Allowed: ${added.join(", ")}`, "shield-check");
    if (gone.length) happened(`${by === "customer" ? "The customer took back" : "No longer allowed"}: ${gone.join(", ")}`, "hand-stop");
  }

  function ended(by) {
    if (store.facts.ended) return;
    store.set({ ended: { by: by || "" }, rights: [], asking: null, answer: null });
    happened(by === "customer" ? "The customer pressed Stop" : "The session ended", "player-stop");
  }

  return { ended };
}
