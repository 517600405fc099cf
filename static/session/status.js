/**
 * What is going on, in plain words.
 *
 * `describe(facts, now)` turns the store's facts into one state with a sentence and what can be done about it.
 * It is pure, so every sentence can be tested without a browser doing anything.
 */

import { overVnc } from "./vnc_status.js";

const RIGHT_NAMES = {
  view: "see the screen",
  control: "control it",
  clipboard: "paste into it",
  files: "exchange files",
  commands: "run commands",
  recording: "record the screen",
};

/** "see the screen, control it and paste into it" for a list of rights. */
export function inWords(rights) {
  const names = rights.map((right) => RIGHT_NAMES[right] || right);
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * The state of the session: `{state, tone, text, actions, busy, notice}`. `tone` is info, success, warning or danger;
 * `actions` names buttons (ask, again, case, dashboard); `notice` marks what may be dismissed.
 */
export function describe(facts, now = Date.now()) {
  const isVnc = facts.vnc && !facts.helperOnline;
  return over(facts) || unconnected(facts, now) || (isVnc ? null : helperAway(facts, now)) || question(facts, now)
    || overVnc(facts) || (facts.rights.includes("view") ? picture(facts) : unseen(facts));
}

function tell(state, tone, text, extra = {}) {
  return { state, tone, text, actions: [], busy: false, notice: false, ...extra };
}

function over(facts) {
  if (facts.ended) {
    const actions = ["case", "dashboard"];
    if (facts.ended.by === "customer") {
      return tell("stopped", "warning", "The customer pressed Stop. This session is over.", { actions });
    }
    const text = facts.ended.by === "technician" ? "This session has ended." : "This session is over: it has run out or was closed.";
    return tell("ended", "info", text, { actions });
  }
  if (facts.over && facts.known) return tell("ended", "info", "This session is over.", { actions: ["case", "dashboard"] });
  return facts.refusal ? tell("refused", "danger", facts.refusal, { actions: ["dashboard"] }) : null;
}

function unconnected(facts, now) {
  if (facts.line === "down") {
    if (!facts.lineLostAt) return tell("joining", "info", "Connecting to the server…", { busy: true });
    const text = `Your connection to the server was lost ${seconds(now - facts.lineLostAt)} ago. It comes back by itself; please keep this page open.`;
    return tell("line-lost", "warning", text, { busy: true });
  }
  return facts.joined ? null : tell("joining", "info", "Joining the session…", { busy: true });
}

function helperAway(facts, now) {
  if (facts.helperOnline) return null;
  if (facts.helperLostAt) {
    const text = `The customer's connection was lost ${seconds(now - facts.helperLostAt)} ago. Everything goes on by itself as soon as it is back.`;
    return tell("helper-lost", "warning", text, { busy: true });
  }
  return tell("waiting", "info", "Waiting for the customer's computer. Ask them to start the helper.", { busy: true });
}

function question(facts, now) {
  if (!facts.asking) return null;
  const left = Math.max(0, Math.ceil((facts.asking.until - now) / 1000));
  const text = `Waiting for the customer to answer (${left} s). Asked: ${inWords(facts.asking.rights)}.`;
  return tell("asking", "info", text, { busy: true });
}

function unseen(facts) {
  if (facts.answer) return answered(facts.answer);
  if (facts.takenBack.includes("view") && facts.takenBy === "server") {
    const text = "The customer's helper was started anew, so it has to be asked again.";
    return tell("revoked", "warning", text, { actions: ["again"] });
  }
  if (facts.takenBack.includes("view")) {
    return tell("revoked", "warning", "The customer took back the view of the screen.", { actions: ["again"] });
  }
  if (!facts.admitted && (facts.held || []).length) {
    const text = "A colleague is helping here. You can read along and chat; to see the screen, ask the customer to let you in too.";
    return tell("idle", "info", text, { actions: ["ask"] });
  }
  const where = facts.capabilities.kind === "browser" ? "The customer is here in a web browser. Ask to see the screen; the customer chooses what to show."
    : "The customer's computer is here. Ask for what you need; the customer decides.";
  return tell("idle", "info", where, { actions: ["ask"] });
}

function answered(answer) {
  const extra = { actions: ["again"], notice: true };
  if (answer.outcome === "partly") return tell("idle", "warning", `The customer did not allow you to ${inWords(answer.refused)}.`, extra);
  if (answer.outcome === "declined") return tell("declined", "warning", "The customer declined.", extra);
  if (answer.outcome === "timeout") {
    return tell("timeout", "warning", "The customer didn't answer within 30 seconds, which counts as a no.", extra);
  }
  return tell("declined", "warning", answer.text || "The question did not reach the customer.", extra);
}

function picture(facts) {
  if (facts.picture === "live") {
    if (facts.answer) return { ...answered(facts.answer), state: "connected" };
    if (facts.takenBack.length && facts.takenBy === "customer") {
      const text = `The customer took back your right to ${inWords(facts.takenBack)}.`;
      return tell("connected", "warning", text, { actions: ["again"], notice: true });
    }
    return tell("connected", "success", "Connected.");
  }
  if (facts.picture === "stalled") return tell("stalled", "warning", "The picture stopped. Starting it again…", { busy: true });
  const text = facts.capabilities.sharing === "choosing" ? "The customer said yes and is choosing what to show…" : "The customer said yes. Starting the picture…";
  return tell("connecting", "info", text, { busy: true });
}

function seconds(milliseconds) {
  return `${Math.max(0, Math.round(milliseconds / 1000))} s`;
}
