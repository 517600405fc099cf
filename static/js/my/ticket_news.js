/** News of a customer's tickets. Whoever belongs to no client yet has no line: they look again now and then. */
import { byId } from "../core/dom.js";
import { watchApprovals } from "./approvals.js";
import { customerLine } from "./line.js";

const OFTEN = 20_000; // ms

/** Call `load` now and whenever something may be new; `note(event)` hears what changed of which ticket. */
export function hearOfTickets(load, note = load) {
  if (byId("mine").dataset.hasClient === "true") {
    watchApprovals({ isShort: true });
    customerLine().onResync(load);
    customerLine().on("ticket_update", note);
    return;
  }
  load();
  setInterval(() => document.visibilityState === "visible" && load(), OFTEN);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && load());
}
