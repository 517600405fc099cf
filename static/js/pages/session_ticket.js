/** The way from a session back to its ticket. */
import { byId } from "../core/dom.js";
import { showTicketOf } from "../desk/ticket_of.js";

showTicketOf(byId("ticket-of"), `/api/sessions/${encodeURIComponent(byId("session").dataset.sessionId)}`);
