/** Who is helped, on which device: from the session's own record. */
import { get } from "../js/core/api.js";
import { byId, h } from "../js/core/dom.js";

/** Fetch the session and show its customer and device. Answers the record, or null when there is none to see. */
export async function showIdentity({ store, sessionId }) {
  const session = await get(`/api/sessions/${encodeURIComponent(sessionId)}`).catch(() => null);
  if (!session) return null;
  const info = session.clientInfo || session.client_info || {};
  const customer = session.customerName || session.customer_name || "";
  const machine = session.machineName || session.machine_name || info.hostname || session.deviceHostname || session.device_hostname || "";
  const os = info.os || session.deviceOs || session.device_os || "";
  store.set({ customer, device: machine, known: true });
  byId("who").textContent = customer || machine || `Session ${sessionId}`;
  byId("device").textContent = [customer ? machine : "", os, info.username, sessionId].filter(Boolean).join(" · ");
  if (session.deviceId) byId("device").append(" · ", devicePage(session.deviceId));
  return session;
}

/** In a tab of its own: this page must not be left while somebody is helped. */
function devicePage(deviceId) {
  return h("a", { href: `/devices/${encodeURIComponent(deviceId)}`, target: "_blank", rel: "noopener" }, "Device page");
}
