/** The states of a command (docs/gateway.md). */

const OPEN = new Set(["pending_approval", "queued", "claimed"]);

/** Is something more to come of a command in this state? */
export function isOpen(state) {
  return OPEN.has(state);
}
