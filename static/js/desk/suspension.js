/** Suspending a device, so that it is signed out everywhere and refused, and letting it work again. */
import { post } from "../core/api.js";
import { ask } from "../core/dialog.js";
import { h } from "../core/dom.js";
import { attempt, tool } from "./device_parts.js";

/** A badge for a suspended device, else nothing. */
export function suspendedBadge(row) {
  return row.suspended ? h("span", { class: "ca-state ca-state-bad ms-2 align-middle" }, "Suspended") : null;
}

/** The button that suspends the device, or resumes it. */
export function suspension(device) {
  return device.row.suspended
    ? tool("Resume", "player-play", (event) => change(event.currentTarget, device, RESUME))
    : tool("Suspend", "ban", (event) => change(event.currentTarget, device, SUSPEND));
}

const SUSPEND = {
  verb: "suspend",
  title: "Suspend",
  text: "It is signed out at once and refused from then on: no help, no heartbeats, no commands. What waits for it stays in the queue. For a device that was lost or stolen, or that does harm.",
  action: "Suspend it",
  danger: true,
};
const RESUME = { verb: "resume", title: "Resume", text: "It may sign in again and takes what waits for it.", action: "Resume it", danger: false };

async function change(button, device, { verb, title, text, action, danger }) {
  const fields = [
    h("p", { class: "text-secondary" }, text),
    h("label", { class: "form-label", for: "suspension-why" }, "Reason, for the record"),
    h("textarea", { id: "suspension-why", name: "reason", class: "form-control", rows: "2", maxlength: "200" }),
  ];
  const values = await ask({ title: `${title} ${device.row.label}?`, fields, action, danger });
  if (!values) return;
  const reason = String(values.get("reason") || "").trim();
  if (await attempt(button, () => post(`${device.path}/${verb}`, { reason }))) device.reload();
}
