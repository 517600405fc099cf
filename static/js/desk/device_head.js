/** The header of the device page: who and where the machine is, and what can be done with it as a whole. */
import { get, patch } from "../core/api.js";
import { ask } from "../core/dialog.js";
import { byId, fill, h, since } from "../core/dom.js";
import { connectTo } from "./connect.js";
import { dot } from "./device.js";
import { askAndRemove, askNewNames } from "./device_changes.js";
import { attempt, said, tool } from "./device_parts.js";
import { suspendedBadge, suspension } from "./suspension.js";

const isAdmin = document.body.dataset.meRole === "admin";
const { client } = byId("device").dataset;
const { meName } = document.body.dataset;

/** Show the device in `place`; `show()` draws it anew. */
export function headPart(device, place) {
  const company = h("p", { class: "text-secondary small mb-0", role: "status" });
  device.line.on("device_watchers_changed", ({ watchers }) => {
    const others = watchers.filter((each) => each !== meName).slice(0, 5);
    company.textContent = others.length ? `Also looking: ${others.join(", ")}` : "";
  });
  return {
    show() {
      place.removeAttribute("aria-busy");
      const { row } = device;
      fill(
        place,
        h(
          "div",
          { class: "ca-page-head mb-2" },
          h(
            "div",
            { class: "ca-grow" },
            h("h1", { class: "ca-break" }, dot(row.isOnline), row.label, suspendedBadge(row)),
            presence(device),
          ),
          device.mayAct ? h("div", { class: "ca-actions" }, actions(device)) : null,
        ),
        h("dl", { class: "cd-facts" }, facts(row)),
        company,
      );
    },
  };
}

function presence({ row }) {
  return h(
    "p",
    { class: "text-secondary" },
    row.isOnline
      ? h("span", { class: "ca-online" }, "Online now")
      : ["Offline, last seen ", since(row.last_seen, { never: "never" })],
    client ? ` · ${client}` : "",
    row.customer_name ? ` · ${said(row.customer_name)}` : "",
  );
}

function facts(row) {
  const people = row.current_user || row.username;
  return [
    ["System", [row.os_name || row.os_version || row.os || row.platform, row.os_display_version, row.arch]],
    ["Computer", [row.hostname]],
    ["Address", [row.ip_address || row.last_ip]],
    ["User", [people]],
    ["Helper", [row.helper_version || row.client_version]],
    ["Device id", [row.device_id]],
  ]
    .map(([label, values]) => [
      label,
      [...new Set(values.filter(Boolean))].map((each) => said(each, { most: 120 })).join(" · "),
    ])
    .filter(([, text]) => text)
    .map(([label, text]) => h("div", {}, h("dt", {}, label), h("dd", { class: "ca-break" }, text)));
}

function actions(device) {
  const { row } = device;
  return [
    tool("Connect", "screen-share", (event) => connectTo(row, { button: event.currentTarget }), {
      extra: "btn-primary",
      disabled: Boolean(row.whyNot),
      title: row.whyNot || "Ask for the screen",
    }),
    tool("Rename", "edit", () => rename(device)),
    isAdmin
      ? tool("Move", "arrow-right", (event) => move(device, event.currentTarget), { title: "Move to another client" })
      : null,
    suspension(device),
    tool("Remove", "trash", () => remove(device), { extra: "btn-ghost-danger" }),
  ];
}

async function rename(device) {
  if (await askNewNames(device.row)) device.reload();
}

async function remove(device) {
  device.isLeaving = true; // whoever removes it needn't be told
  device.isLeaving = await askAndRemove(device.row);
  if (device.isLeaving) location.assign("/devices");
}

async function move(device, button) {
  let clients = [];
  await attempt(button, async () => {
    clients = await get("/api/clients");
  });
  if (!clients.length) return;
  const select = h(
    "select",
    { class: "form-select", id: "to-client", name: "client" },
    clients.map((each) =>
      h("option", { value: String(each.id), selected: each.id === device.row.client_id }, each.name),
    ),
  );
  const text = "Staff of its present client no longer see it; its history goes with it, and a running session ends.";
  const fields = [
    h("label", { class: "form-label", for: "to-client" }, "Client"),
    select,
    h("p", { class: "form-hint mt-2" }, text),
  ];
  const values = await ask({ title: `Move ${device.row.label}`, fields, action: "Move" });
  if (!values) return;
  const wanted = Number(values.get("client"));
  if (await attempt(button, () => patch(`${device.path}/client`, { client_id: wanted }))) {
    location.reload();
  }
}
