/** One device of the customer's: how it is now, what goes on, and what was done on it. */
import { get } from "../core/api.js";
import { byId, fill, h, icon, refill, since } from "../core/dom.js";
import { empty } from "../desk/empty.js";
import { watchApprovals } from "../my/approvals.js";
import { facts } from "../my/facts.js";
import { customerLine } from "../my/line.js";
import { loader } from "../my/loading.js";
import { metrics } from "../my/metrics.js";
import { aboutSession, openSession, sessionRow } from "../my/session.js";
import { askForHelp } from "../my/ticket_new.js";
import { steps } from "../my/steps.js";
import { deviceState, standing, stateDot, told } from "../my/words.js";

const EARLIER = 10;
const { deviceId } = byId("device").dataset;
const path = `/api/v1/customer/devices/${encodeURIComponent(deviceId)}/status`;
const opened = new Set();
let device = null;
let areDiagnosticsOpen = false;
const line = customerLine();
const loadDevice = loader(byId("state"), readDevice, { wait: 1000 });
const loadSessions = loader(byId("history"), readSessions, { wait: 1000 });

watchApprovals({ deviceId });
line.onResync(() => (loadDevice(), loadSessions()));
line.on("device_status", (event) => event.deviceId === deviceId && note(event));
line.on("session_update", (event) => event.deviceId === deviceId && (loadDevice(), loadSessions()));
line.on("command_update", (event) => (event.deviceId || deviceId) === deviceId && (loadDevice(), loadSessions()));

async function readDevice() {
  device = (await get(path)).device;
  showDevice();
}

function note({ deviceId: _, ...news }) {
  if (!device) return;
  const before = standing(device);
  Object.assign(device, told(news), news.lastSeen && { lastHeartbeat: news.lastSeen });
  if (standing(device) !== before) byId("told").textContent = `The device: ${deviceState(standing(device))[0]}.`;
  showDevice();
  loadDevice();
}

function showDevice() {
  const state = standing(device);
  const [words, , meaning] = deviceState(state);
  byId("head").removeAttribute("aria-busy");
  fill(
    byId("head"),
    h("h1", { class: "ca-break" }, device.name || device.id),
    h("p", { class: "mb-0 ca-break" }, stateDot(state), h("span", { class: "fw-medium" }, words), device.location ? h("span", { class: "text-secondary" }, ` · ${device.location}`) : null, h("span", { class: "text-secondary" }, ` · ${device.id}`)),
  );
  byId("state").removeAttribute("aria-busy");
  fill(
    byId("state"),
    meaning ? h("p", { class: "mb-2" }, meaning) : null,
    h("p", { class: "text-secondary mb-0" }, "Last sign of life: ", since(device.lastHeartbeat || device.lastSeen, { never: "none yet" })),
    metrics(device.metrics) || h("p", { class: "text-secondary mt-2 mb-0" }, "The device has not said how busy it is."),
    device.pendingCommands ? h("p", { class: "mt-3 mb-0" }, icon("hourglass", "ca-icon-small"), device.pendingCommands === 1 ? " 1 step waits for the device." : ` ${device.pendingCommands} steps wait for the device.`) : null,
    diagnostics(device.diagnostics),
  );
}

function diagnostics(found) {
  const isEmpty = found === null || found === undefined || (typeof found === "object" && !Object.keys(found).length);
  if (isEmpty) return null;
  const box = h("details", { class: "mt-3", open: areDiagnosticsOpen }, h("summary", {}, "What the device says of itself"), h("div", { class: "mt-2" }, facts(found)));
  box.addEventListener("toggle", () => (areDiagnosticsOpen = box.open));
  return box;
}

async function readSessions() {
  const { sessions, total } = await get(`/api/v1/customer/sessions?${new URLSearchParams({ deviceId, limit: EARLIER + 1 })}`);
  const current = sessions.find((each) => each.status === "active");
  const whole = current ? (await get(`/api/v1/customer/sessions/${encodeURIComponent(current.id)}`)).session : null;
  showCurrent(whole);
  showEarlier(sessions.filter((each) => each !== current).slice(0, EARLIER), total);
}

function showCurrent(session) {
  byId("session").removeAttribute("aria-busy");
  refill(byId("session"), session ? [aboutSession(session, loadSessions), list(session)] : examine(), write());
}

function list(session) {
  return session.commands.length
    ? h("div", { class: "cm-inset mt-3" }, steps(session.commands, opened))
    : h("p", { class: "text-secondary mt-3 mb-0" }, "Nothing has been done yet. Your support desk sees that you asked, and each step appears here.");
}

function examine() {
  const open = h("button", { type: "button", class: "btn btn-primary", dataset: { key: "open" }, onclick: async (event) => (await openSession(event.currentTarget, deviceId), loadSessions()) }, icon("first-aid-kit"), " Let them look at it");
  return way("Now, on the device", "Your support desk examines or repairs it over the network. You see every step here, and nothing is changed without your approval.", open);
}

function write() {
  const tell = h("button", { type: "button", class: "btn", dataset: { key: "ticket" }, onclick: () => askForHelp({ deviceId }) }, icon("message"), " Write to your support desk");
  return way("In writing", "Say what is wrong, with a picture if you like. They answer you in writing, and you find it under My tickets.", tell);
}

/** One of the two ways to get help. */
function way(title, text, button) {
  return h("div", { class: "cm-way" }, h("h3", {}, title), h("p", { class: "text-secondary" }, text), button);
}

function showEarlier(sessions, total) {
  byId("history").removeAttribute("aria-busy");
  if (!sessions.length)
    return refill(byId("history"), empty({ glyph: "history", title: "Nothing yet", text: "When this device has been examined or repaired, you find here what was done." }));
  const more = total > EARLIER + 1 ? h("p", { class: "card-footer m-0" }, h("a", { href: `/my/sessions?search=${encodeURIComponent(deviceId)}` }, "Show all")) : null;
  return refill(byId("history"), h("div", { class: "ca-list" }, sessions.map((each) => sessionRow(each, { withDevice: false }))), more);
}
