/** A device as a row of a list: who, whose, how it is, and what can be done. */
import { get, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { h, icon, since } from "../core/dom.js";
import { connectTo } from "./connect.js";
import { dot, healthLevel } from "./device.js";
import { mayAct } from "./empty.js";
import { suspendedBadge } from "./suspension.js";

const revealed = new Map(); // device id → its password, once somebody asked for it

/** The row. `acts` has `rename`, `remove` and `redraw`, `clientName` names a client by its id. */
export function deviceRow(device, { acts, clientName }) {
  return h(
    "tr",
    {},
    h("td", {}, h("div", { class: "d-flex align-items-center" }, dot(device.isOnline), identity(device))),
    h(
      "td",
      { class: "ca-break", dataset: { label: "Client" } },
      twice(clientName(device.client_id), device.customer_name),
    ),
    h(
      "td",
      { class: "ca-break", dataset: { label: "System" } },
      twice(device.platform || "–", device.ip_address),
    ),
    h("td", { dataset: { label: "Health" } }, healthBadge(device.health_score)),
    h(
      "td",
      { dataset: { label: "Last seen" } },
      device.isOnline ? [h("span", { class: "ca-online" }, "online now"), device.whyNot ? h("div", { class: "text-secondary small" }, "takes commands only") : null] : since(device.last_seen),
    ),
    h("td", {}, mayAct() ? h("div", { class: "ca-actions flex-md-nowrap" }, actions(device, acts)) : null),
  );
}

/** The health score with its meaning in words; a dash for a device that nobody has examined. */
export function healthBadge(score) {
  if (score === null || score === undefined)
    return h("span", { class: "text-secondary", title: "Not examined yet" }, "–");
  const label = { ok: "Healthy", warn: "Warning", bad: "Critical" }[healthLevel(score)];
  const look = `ca-health ca-health-${label.toLowerCase()}`;
  return h("span", { class: look, title: `Score ${score} of 100` }, `${label} ${score}`);
}

function twice(first, second) {
  return h("span", { class: "d-inline-block align-top" }, first, second ? h("div", { class: "text-secondary small" }, second) : null);
}

function identity(device) {
  const page = `/devices/${encodeURIComponent(device.device_id)}`;
  const password = revealed.get(device.device_id);
  return h(
    "div",
    { class: "ca-break" },
    h("a", { class: "fw-medium text-reset", href: page, dataset: { key: `open ${device.device_id}` } }, device.label),
    suspendedBadge(device),
    h("div", { class: "text-secondary small" }, device.device_id),
    password ? h("div", { class: "small mt-1" }, "Password ", h("code", { class: "ca-secret" }, password)) : null,
  );
}

function actions(device, acts) {
  const small = (name, glyph, label, onclick, { extra = "", ...more } = {}) =>
    h(
      "button",
      {
        type: "button",
        class: `btn btn-sm btn-icon ${extra}`,
        title: label,
        "aria-label": `${label} ${device.label}`,
        dataset: { key: `${name} ${device.device_id}` },
        onclick,
        ...more,
      },
      icon(glyph),
    );
  const isShown = revealed.has(device.device_id);
  return [
    h(
      "button",
      {
        type: "button",
        class: "btn btn-sm btn-primary",
        disabled: Boolean(device.whyNot),
        title: device.whyNot || null,
        dataset: { key: `connect ${device.device_id}` },
        onclick: (event) => connectTo(device, { button: event.currentTarget }),
      },
      "Connect",
    ),
    device.has_password
      ? small("password", "key", `${isShown ? "Hide" : "Show"} the password of`, () => toggle(device, acts.redraw), {
          "aria-pressed": String(isShown),
          title: isShown ? "Hide the password" : "Password for unattended access",
        })
      : null,
    small("rename", "edit", "Rename", () => acts.rename(device)),
    small("remove", "trash", "Remove", () => acts.remove(device), { extra: "btn-ghost-danger" }),
  ];
}

/** Fetch the password when it is asked for: every look at one is on record. */
async function toggle(device, redraw) {
  if (!revealed.delete(device.device_id)) {
    try {
      const row = await get(`/api/devices/${encodeURIComponent(device.device_id)}?passwords=true`);
      revealed.set(device.device_id, row.permanent_password);
    } catch (error) {
      toast(sentence(error), { kind: "danger" });
    }
  }
  redraw();
}
