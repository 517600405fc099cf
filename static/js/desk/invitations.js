/** Colleagues who call the technician into their session: a notice on every page of the desk, with Open and Decline. */
import { get, post } from "../core/api.js";
import { h, icon } from "../core/dom.js";
import { live } from "../core/live.js";

const shown = new Map(); // invitation id → its notice
const line = live();
line.onResync(() => get("/api/sessions/invitations").then(({ invitations }) => keep(invitations)).catch(() => {}));
line.on("session-invitation", show);
line.on("session-invitation-closed", ({ invitationId }) => drop(invitationId));

/** What the server lists is what stands; the rest has been settled while the line was down. */
function keep(invitations) {
  const open = new Set(invitations.map((each) => each.invitationId));
  for (const id of [...shown.keys()]) if (!open.has(id)) drop(id);
  invitations.forEach(show);
}

function show(invitation) {
  drop(invitation.invitationId);
  const box = notice(invitation);
  document.getElementById("toasts").append(box);
  const timer = setTimeout(() => drop(invitation.invitationId), invitation.secondsLeft * 1000);
  shown.set(invitation.invitationId, { box, timer });
}

function drop(id) {
  const found = shown.get(id);
  if (!found) return;
  clearTimeout(found.timer);
  found.box.remove();
  shown.delete(id);
}

function notice(invitation) {
  const { fromName, customerName, kind, note, invitationId } = invitation;
  const what = kind === "handover" ? "asks you to take over" : "asks you to join";
  const decline = h("button", { type: "button", class: "btn btn-sm", onclick: () => refuse(invitationId) }, "Decline");
  return h("div", { class: "ca-toast ca-toast-info ca-invitation", dataset: { invitation: invitationId }, role: "alert" },
    icon("users"),
    h("div", { class: "ca-grow" },
      h("div", {}, h("strong", {}, fromName), ` ${what}${customerName ? `: ${customerName}` : ""}`),
      note ? h("div", { class: "text-secondary small" }, `“${note}”`) : null,
      h("div", { class: "btn-list mt-2" }, h("a", { class: "btn btn-sm btn-primary", href: address(invitation) }, "Open"), decline)));
}

/** The session's page, which asks the customer to let the colleague in. */
function address({ sessionId, rights, note }) {
  const query = new URLSearchParams({ rights: rights.join(","), ...(note ? { reason: note } : {}) });
  return `/sessions/${encodeURIComponent(sessionId)}?${query}`;
}

async function refuse(id) {
  await post(`/api/sessions/invitations/${encodeURIComponent(id)}/decline`).catch(() => {}); // it is over already
  drop(id);
}
