/** The page of one device: its header, its tabs, and what each tab is told of. */
import { get } from "../core/api.js";
import { byId, h } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { merged, understood } from "../desk/device.js";
import { activityPart } from "../desk/device_activity.js";
import { chatPart } from "../desk/device_chat.js";
import { commandsPart } from "../desk/device_commands.js";
import { hardwarePart } from "../desk/device_hardware.js";
import { headPart } from "../desk/device_head.js";
import { healthPart } from "../desk/device_health.js";
import { deviceLine } from "../desk/device_line.js";
import { notesPart } from "../desk/device_notes.js";
import { repairsPart } from "../desk/device_repairs.js";
import { ticketsPart } from "../desk/device_tickets.js";
import { toolsPart } from "../desk/device_tools.js";
import { deviceTabs } from "../desk/device_tabs.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";

const id = byId("device").dataset.deviceId;
const path = `/api/devices/${encodeURIComponent(id)}`;
/** What every part works on. `row` is null until the device was read. */
const device = { id, path, mayAct: mayAct(), line: deviceLine(id), row: null, isOnline: false, reload: null };
const head = headPart(device, byId("head"));
/** By the name of the tab. A part has `show()`, called when its tab opens and after a lost line came back, and may
 * have `changed()`, called when the device comes, goes or has other names. */
const parts = {
  health: healthPart(device, byId("panel-health")),
  hardware: hardwarePart(device, byId("panel-hardware")),
  tools: toolsPart(device, byId("panel-tools")),
  repairs: repairsPart(device, byId("panel-repairs")),
  commands: commandsPart(device, byId("panel-commands"), (count) => tabs.count("commands", count)),
  chat: chatPart(device, byId("panel-chat"), (count) => tabs.count("chat", count)),
  tickets: ticketsPart(device, byId("panel-tickets"), (count) => tabs.count("tickets", count)),
  notes: notesPart(device, byId("panel-notes")),
  activity: activityPart(device, byId("panel-activity")),
};
const tabs = deviceTabs((name) => device.row && parts[name].show());
const load = gently(() => read().catch((error) => showFailure(byId("head"), error, { retry: load })));
device.reload = load;

device.line.onWatch(load);
device.line.on("device_status_changed", (event) => (note({ online: event.status === "online" }), load()));
live().on("device-updated", (event) => event.deviceId === id && note(event));

async function read() {
  take(await get(path));
  for (const name of new Set(["chat", "tickets", "commands", tabs.current()])) parts[name].show(); // three count something at their tabs
}

function note(event) {
  if (event.removed) return device.isLeaving ? undefined : sayRemoved();
  if (!device.row) return undefined;
  const wasOnline = device.isOnline;
  take(merged(device.row, event));
  if (device.isOnline !== wasOnline)
    byId("told").textContent = `The device is ${device.isOnline ? "online" : "offline"}.`;
  return undefined;
}

/** Somebody removed the device while it was looked at here. */
function sayRemoved() {
  const action = h("a", { class: "btn btn-primary", href: "/devices" }, "To the devices");
  const text = "Somebody removed it just now. To come back, its computer needs a new support code or installer.";
  const said = empty({ glyph: "trash", title: `${device.row?.label || "This device"} was removed`, text, action });
  if (!byId("device").hidden) byId("device").before(h("div", { class: "card", role: "alert" }, said));
  byId("device").hidden = true;
}

/** A changed row is shown by the head and by every part that says so. */
function take(row) {
  device.row = understood(row);
  device.isOnline = device.row.isOnline;
  document.title = `${device.row.label} · ConnectAssist`;
  byId("suspended").hidden = !device.row.suspended;
  byId("suspended").textContent = "This device is suspended: whatever runs on it can’t sign in here, and nothing reaches it until somebody resumes it.";
  byId("commands-only").hidden = !device.isOnline || !device.row.whyNot || Boolean(device.row.suspended);
  byId("offline").hidden = device.isOnline || Boolean(device.row.suspended);
  byId("offline").textContent = device.mayAct
    ? "This device is offline: checks, tools and repairs wait until it is back. Notes, tickets and what was found before are here, and a message you write now is delivered when it returns."
    : "This device is offline: what you see is what was known when it left.";
  head.show();
  for (const part of Object.values(parts)) part.changed?.();
}
