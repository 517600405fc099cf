/** The table of devices: live status, search, connect, rename, remove, the password for unattended access. */
import { get } from "../core/api.js";
import { byId, fill, h, icon, since } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { connectTo } from "../desk/connect.js";
import { dot, merged, sorted, understood } from "../desk/device.js";
import { askAndRemove, askNewNames } from "../desk/device_changes.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";

let devices = [];
const revealed = new Set();
const load = gently(() => refresh().catch((error) => showFailure(showEmptyPlace(), error, { retry: load })));

byId("search").addEventListener("input", show);
byId("status").addEventListener("change", show);
live().onResync(load);
live().on("device-updated", note);

async function refresh() {
  devices = (await get("/api/devices?limit=500")).devices.map(understood);
  show();
}

function note(event) {
  const known = devices.find((each) => each.device_id === event.deviceId);
  if (!known) return load();
  const changed = merged(known, event);
  devices = devices.map((each) => (each === known ? changed : each));
  if (changed.isOnline !== known.isOnline)
    byId("told").textContent = `${changed.label} is ${changed.isOnline ? "online" : "offline"}.`;
  show();
}

function show() {
  const words = byId("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = byId("status").value;
  const rows = sorted(devices).filter(
    (each) => words.every((word) => each.search.includes(word)) && (!wanted || (wanted === "online") === each.isOnline),
  );
  byId("rows").removeAttribute("aria-busy");
  byId("rows").closest("table").hidden = !rows.length;
  byId("empty").hidden = rows.length > 0;
  keepFocus(() => fill(byId("rows"), rows.map(row)));
  if (!rows.length) fill(byId("empty"), nothing());
}

/** Redraw without losing the keyboard's place, which a live table otherwise does all the time. */
function keepFocus(redraw) {
  const at = document.activeElement?.dataset?.key;
  redraw();
  if (at) document.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
}

function row(device) {
  return h(
    "tr",
    {},
    h(
      "td",
      {},
      h(
        "div",
        { class: "d-flex align-items-center" },
        dot(device.isOnline),
        h(
          "div",
          { class: "ca-break" },
          h("b", { class: "fw-medium" }, device.label),
          h("div", { class: "text-secondary small" }, device.device_id),
          secret(device),
        ),
      ),
    ),
    h("td", { class: "ca-break", dataset: { label: "Customer" } }, device.customer_name || "–"),
    h("td", { class: "ca-break", dataset: { label: "Platform" } }, device.platform || "–"),
    h("td", { class: "ca-number", dataset: { label: "Address" } }, device.ip_address || "–"),
    h(
      "td",
      { dataset: { label: "Last seen" } },
      device.isOnline ? h("span", { class: "ca-online" }, "online now") : since(device.last_seen),
    ),
    h("td", {}, mayAct() ? h("div", { class: "ca-actions flex-md-nowrap" }, actions(device)) : null),
  );
}

function actions(device) {
  const key = (name) => ({ key: `${name} ${device.device_id}` });
  const small = (name, glyph, label, onclick, extra = "") =>
    h(
      "button",
      {
        type: "button",
        class: `btn btn-sm btn-icon ${extra}`,
        title: label,
        "aria-label": `${label} ${device.label}`,
        dataset: key(name),
        onclick,
      },
      icon(glyph),
    );
  return [
    h(
      "button",
      {
        type: "button",
        class: "btn btn-sm btn-primary",
        disabled: !device.isOnline,
        title: device.isOnline ? null : "The device is offline",
        dataset: key("connect"),
        onclick: (event) => connectTo(device, { button: event.currentTarget }),
      },
      "Connect",
    ),
    device.permanent_password ? password(device, key("password")) : null,
    small("rename", "edit", "Rename", () => rename(device)),
    small("remove", "trash", "Remove", () => remove(device), "btn-ghost-danger"),
  ];
}

function password(device, dataset) {
  const shown = revealed.has(device.device_id);
  const toggle = () => {
    shown ? revealed.delete(device.device_id) : revealed.add(device.device_id);
    show();
  };
  const label = shown ? "Hide the password of" : "Show the password of";
  return h(
    "button",
    {
      type: "button",
      class: "btn btn-sm btn-icon",
      title: shown ? "Hide the password" : "Password for unattended access",
      "aria-label": `${label} ${device.label}`,
      "aria-pressed": String(shown),
      dataset,
      onclick: toggle,
    },
    icon("key"),
  );
}

function secret(device) {
  if (!device.permanent_password || !revealed.has(device.device_id)) return null;
  return h("div", { class: "small mt-1" }, "Password ", h("code", { class: "ca-secret" }, device.permanent_password));
}

async function rename(device) {
  const row = await askNewNames(device);
  if (!row) return;
  devices = devices.map((each) => (each.device_id === device.device_id ? understood({ ...each, ...row }) : each));
  show();
}

async function remove(device) {
  if (!(await askAndRemove(device))) return;
  devices = devices.filter((each) => each.device_id !== device.device_id);
  show();
}

function showEmptyPlace() {
  byId("rows").closest("table").hidden = true;
  byId("empty").hidden = false;
  return byId("empty");
}

function nothing() {
  if (devices.length)
    return empty({ glyph: "search", title: "Nothing fits", text: "No device matches what you typed and chose." });
  return empty({
    glyph: "device-desktop",
    title: "No devices yet",
    text: "Make a support code and read it to a customer. Their computer appears here when they start the helper.",
    action: h("a", { class: "btn btn-primary", href: "/codes" }, "Make a support code"),
  });
}
