/** Sends events of this session and says in words when one is refused. */
import { toast } from "../js/core/dialog.js";

const WORDS = {
  NOT_CONSENTED: "The customer has not allowed this.",
  NOT_JOINED: "Not in the session yet. It is being joined again; try once more in a moment.",
  RATE_LIMITED: "Too much at once. Wait a moment and try again.",
  SESSION_ENDED: "This session has ended.",
  SESSION_NOT_FOUND: "This session is over or does not exist.",
  UNKNOWN_EVENT: "The server does not know how to do this.",
};
const SAME = 5000; // ms within which the same sentence is said once

/** Say `text` in passing, once however often it comes within a few seconds. */
export function createNotes({ show = toast, now = Date.now } = {}) {
  const said = new Map();
  return function note(text, kind = "info") {
    if (now() - (said.get(text) || -SAME) < SAME) return;
    said.set(text, now());
    show(text, { kind });
  };
}

/** What to tell a person about a refused event. */
export function refusal({ error, error_code: code } = {}) {
  return WORDS[code] || error || "The server did not accept that.";
}

/** `{emit, ask}` for `sessionId`; both fill in the session's id. */
export function createSpeech({ line, sessionId, note }) {
  return {
    /** Send without waiting. Dropped while the line is down: what was meant then is stale when it is back. */
    emit(event, fields, { volatile = false } = {}) {
      if (!line.socket.connected) return;
      (volatile ? line.socket.volatile : line.socket).emit(event, { sessionId, ...fields });
    },
    /** Send and resolve to the acknowledgement, or to null after saying why it was refused. */
    async ask(event, fields, { quiet = false } = {}) {
      const answer = await line.ask(event, { sessionId, ...fields }).catch(() => null);
      if (answer && answer.ok !== false) return answer;
      if (!quiet) note(answer ? refusal(answer) : "The server did not answer. Check your connection.", "danger");
      return null;
    },
  };
}
