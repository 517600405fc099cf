/** The diagnostic or remediation session of a device: what goes on, what waits for the customer, and how to begin one. */
import { post } from "../core/api.js";
import { ask, confirm } from "../core/dialog.js";
import { fill, h, since } from "../core/dom.js";
import { attempt, tool } from "./device_parts.js";

const KINDS = {
  diagnostic: ["Diagnostic session", "To look at the device. What only looks is done at once; what changes something waits for the customer, unless unattended access is allowed."],
  remediation: ["Remediation session", "To repair the device. Every command in it waits for the customer’s approval."],
};

/** A node with `show(session, commands)` and `current()`; `changed()` is called after one was opened or ended here. */
export function deviceSession(device, changed) {
  const node = h("div", { class: "cq-session" });
  let now = null;

  function show(session, commands) {
    now = session;
    fill(node, session ? going(session, commands) : none());
  }

  function going(session, commands) {
    const mine = commands.filter((each) => each.session_id === session.session_id);
    const waiting = mine.filter((each) => each.state === "pending_approval").length;
    return [
      h(
        "div",
        { class: "ca-grow" },
        h(
          "div",
          { class: "d-flex flex-wrap align-items-center gap-2" },
          h("span", { class: "fw-medium" }, KINDS[session.type]?.[0] || session.type),
          h("span", { class: "ca-state ca-state-connected" }, "Active"),
          waiting ? h("span", { class: "ca-state ca-state-waiting" }, waiting === 1 ? "1 waits for the customer’s approval" : `${waiting} wait for the customer’s approval`) : null,
        ),
        session.description ? h("div", { class: "ca-break" }, session.description) : null,
        h("div", { class: "text-secondary small ca-break" }, `${session.openedBy || "Somebody"}, `, since(session.createdAt), `, session ${session.session_id}. Ends by itself in `, h("time", { datetime: session.expiresAt, dataset: { remaining: "" } }, "…"), "."),
      ),
      device.mayAct ? tool("End the session", "player-stop", (event) => end(event.currentTarget, session)) : null,
    ];
  }

  function none() {
    return [
      h("p", { class: "text-secondary mb-0 ca-grow" }, "No session is going on. One keeps what belongs together, lets the customer follow it, and says why you ask."),
      device.mayAct
        ? h("div", { class: "ca-actions" }, tool("Examine", "stethoscope", (event) => open(event.currentTarget, "diagnostic"), { title: "Open a diagnostic session" }), tool("Repair", "tool", (event) => open(event.currentTarget, "remediation"), { title: "Open a remediation session" }))
        : null,
    ];
  }

  async function open(button, type) {
    const fields = [
      h("p", { class: "text-secondary" }, KINDS[type][1]),
      h("label", { class: "form-label", for: "session-why" }, "Why? The customer reads this."),
      h("textarea", { id: "session-why", name: "description", class: "form-control", rows: "3", maxlength: "2000" }),
    ];
    const values = await ask({ title: `Open a ${KINDS[type][0].toLowerCase()}`, fields, action: "Open it" });
    if (!values) return;
    const description = String(values.get("description") || "").trim();
    await attempt(button, () => post(`${device.path}/sessions`, { type, description }));
    changed();
  }

  async function end(button, session) {
    const text = "What waits in it for the customer’s approval is rejected. What is queued is still done.";
    if (!(await confirm({ title: "End this session?", text, action: "End the session", danger: true }))) return;
    await attempt(button, () => post(`/api/device-sessions/${encodeURIComponent(session.session_id)}/end`, {}));
    changed();
  }

  return { node, show, current: () => now };
}
