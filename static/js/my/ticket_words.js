/** What the states of a ticket mean to whoever asked for help. */
import { h } from "../core/dom.js";

const STATES = {
  open: ["Received", "waiting", "Your support desk has it."],
  in_progress: ["Being worked on", "connected", "Somebody is working on it."],
  resolved: ["Solved", "", "If it is not, say so below, and it is opened again."],
  closed: ["Closed", "", ""],
  cancelled: ["Withdrawn", "", ""],
};

/** [words, look, what it means] of a ticket. */
export function standingOf({ status, waiting_since: since }) {
  if (since && ["open", "in_progress"].includes(status)) return ["Waits for your answer", "bad", "Your support desk asked you something."];
  return STATES[status] || [status, "", ""];
}

/** The state as a badge. */
export function ticketBadge(ticket) {
  const [words, look] = standingOf(ticket);
  return h("span", { class: `ca-state ${look ? `ca-state-${look}` : ""}`, dataset: { state: ticket.status } }, words);
}
