/**
 * A conversation with the assistant as this tab remembers it: over a reload and from page to page, until it has run
 * out or another person signs in.
 */

const KEY = "connectassist-assistant";
const KEPT = 24 * 3600 * 1000; // ms after the last word; the server forgets a conversation later than that
const MOST = 60; // lines

/** What was said, by the person with this id ("" for a visitor): `{ sessionId, lines, isOpen }`. */
export function conversationOf(personId) {
  let state = fresh();
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (kept?.personId === personId && Date.now() - kept.at < KEPT && Array.isArray(kept.lines)) state = kept;
  } catch {
    // no storage, or nothing that we wrote: it begins anew
  }

  function fresh() {
    return { personId, at: Date.now(), sessionId: null, lines: [], isOpen: false };
  }

  function keep() {
    state.at = Date.now();
    state.lines = state.lines.slice(-MOST);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(state));
    } catch {
      // it lasts until the page is left then
    }
  }

  return {
    state,
    /** Remember what `change` does to the state. */
    update(change) {
      change(state);
      keep();
    },
    /** Forget what was said. */
    begin() {
      Object.assign(state, fresh(), { isOpen: true });
      keep();
    },
  };
}
