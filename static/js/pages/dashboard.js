/** The technician's home: counts, codes, devices and sessions, kept live by events. */
import { get, sentence } from "../core/api.js";
import { busy, byId, fill, h, since } from "../core/dom.js";
import { toast } from "../core/dialog.js";
import { gently, live } from "../core/live.js";
import { alertRow } from "../desk/alert_row.js";
import { makeCode, madeCard, showCodes } from "../desk/codes.js";
import { undelivered } from "../desk/command_row.js";
import { connectTo } from "../desk/connect.js";
import { dot, merged, sorted, understood } from "../desk/device.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";
import { helpRow } from "../desk/help_asked.js";
import { offerLink } from "../desk/links.js";
import { sessionRow, updated } from "../desk/session.js";
import { showTickets } from "../desk/ticket_card.js";

const SHOWN = 6;
const ALERTS_SHOWN = 3;
const REST = 5000; // ms between two loads of a card: the cards stay far below 100 calls a minute
const line = live();
let devices = [];
let sessions = [];

const loadStats = part("stats", async () => {
  const { stats } = await get("/api/stats");
  for (const place of document.querySelectorAll("[data-stat]")) place.textContent = stats[place.dataset.stat] ?? "–";
});
const loadCodes = part("codes", async () => {
  const { support_codes: codes } = await get("/api/support-codes");
  showCodes(byId("codes"), codes, { limit: SHOWN });
});
const loadAlerts = part("alerts", async () => {
  const [alerts, { activeCount: active }] = await Promise.all([get("/api/alerts?status=open&limit=100"), get("/api/alerts/stats")]);
  byId("alerts").removeAttribute("aria-busy");
  byId("alert-count").textContent = active;
  byId("alert-count").hidden = !active;
  const urgent = (each) => (each.status === "active" ? 2 : 0) + (each.severity === "critical" ? 1 : 0);
  const worst = alerts.sort((a, b) => urgent(b) - urgent(a)).slice(0, ALERTS_SHOWN);
  const rows = worst.map((each) => alertRow(each, { withActions: false }));
  fill(byId("alerts"), rows.length ? rows : h("p", { class: "text-secondary mb-0" }, "All is well: no check found trouble, and no managed computer is missing."));
});
const loadTickets = part("tickets", () => showTickets(byId("tickets")));
const loadDead = gently(
  () =>
    get("/api/commands?limit=1")
      .then(({ counts }) => {
        byId("dead").hidden = !counts.dead;
        byId("dead-count").textContent = undelivered(counts.dead);
      })
      .catch(() => null), // the cards say what is wrong
  { wait: REST },
);
const loadHelp = gently(
  () =>
    get(`/api/device-sessions?status=active&limit=${SHOWN}`)
      .then(showHelp)
      .catch(() => null), // the cards say what is wrong
  { wait: REST },
);
const loadDevices = part("devices", async () => {
  devices = (await get("/api/devices?status=online&limit=500&passwords=false")).devices.map(understood);
  showDevices();
});
const loadSessions = part("sessions", async () => {
  ({ sessions } = await get(`/api/sessions?all=1&limit=${SHOWN}`));
  showSessions();
});

byId("greeting").textContent = `${daytime()}, ${document.body.dataset.meName}`;
document.getElementById("make-link")?.addEventListener("click", (event) => offerLink(event.currentTarget));
document.getElementById("quick-code")?.addEventListener("submit", makeQuickly);
line.onResync(() => [loadStats, loadCodes, loadAlerts, loadTickets, loadDevices, loadSessions, loadDead, loadHelp].forEach((load) => load()));
line.on("stats-changed", loadStats);
line.on("alert-changed", loadAlerts);
line.on("ticket-updated", loadTickets);
line.on("command-changed", ({ state }) => ["dead", "queued"].includes(state) && loadDead());
line.on("device-session-changed", loadHelp);
line.on("support-code-updated", () => {
  loadCodes();
  loadStats();
});
for (const event of ["session-created", "session-ended"]) line.on(event, loadSessions);
line.on("session-updated", noteSession);
line.on("device-updated", noteDevice);

/** A loader for one card that runs gently and shows its failure in that card. */
function part(id, load) {
  const run = gently(
    () => load().catch((error) => (id === "stats" ? null : showFailure(byId(id), error, { retry: run }))),
    { wait: REST },
  );
  return run;
}

/** What customers asked for, and what colleagues began. The card is there while there is any. */
function showHelp({ sessions: asked, devices: names, totalCount: total }) {
  byId("help-card").hidden = !asked.length;
  byId("help-count").textContent = total;
  fill(byId("help"), asked.map((each) => helpRow(each, names[each.deviceId]?.name || each.deviceId)));
}

function noteDevice(event) {
  const known = devices.find((each) => each.device_id === event.deviceId);
  if (!known) {
    if (event.online !== false) loadDevices();
    return;
  }
  devices = devices.map((each) => (each === known ? merged(each, event) : each));
  showDevices();
}

function showDevices() {
  const online = sorted(devices.filter((each) => each.isOnline));
  byId("devices").removeAttribute("aria-busy");
  fill(
    byId("devices"),
    online.length
      ? online.slice(0, SHOWN).map(deviceRow)
      : empty({
          glyph: "device-desktop",
          title: "No device is online",
          text: "When a customer starts the helper, their computer appears here by itself.",
        }),
  );
}

function deviceRow(device) {
  const facts = [device.customer_name, device.platform, device.ip_address].filter(Boolean).join(" · ");
  return h(
    "div",
    { dataset: { device: device.device_id } },
    dot(true),
    h(
      "div",
      { class: "ca-grow" },
      h("div", { class: "ca-clip fw-medium" }, device.label),
      h("div", { class: "ca-clip text-secondary small" }, facts || "No details yet"),
    ),
    device.whyNot
      ? h("a", { class: "btn btn-sm", href: `/devices/${encodeURIComponent(device.device_id)}#commands`, "aria-label": `Commands of ${device.label}` }, "Commands")
      : mayAct()
      ? h(
          "button",
          {
            type: "button",
            class: "btn btn-sm btn-primary",
            onclick: (event) => connectTo(device, { button: event.currentTarget }),
          },
          "Connect",
        )
      : since(device.last_seen),
  );
}

/** A session on this card changed: its row at once. Any other one is older than those shown. */
function noteSession(event) {
  const known = sessions.find((each) => each.session_id === event.sessionId);
  if (!known) return;
  sessions = sessions.map((each) => (each === known ? updated(each, event) : each));
  showSessions();
}

function showSessions() {
  byId("sessions").removeAttribute("aria-busy");
  fill(
    byId("sessions"),
    sessions.length
      ? sessions.map((row) => sessionRow(row))
      : empty({
          glyph: "screen-share",
          title: "No sessions yet",
          text: "A session begins when you connect to a device.",
        }),
  );
}

async function makeQuickly(event) {
  event.preventDefault();
  const name = byId("quick-name");
  if (!name.value.trim()) return name.focus();
  try {
    const made = await busy(event.submitter, () => makeCode({ customer_name: name.value.trim() }));
    fill(byId("quick-made"), madeCard(made));
    name.value = "";
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}

function daytime(hour = new Date().getHours()) {
  if (hour < 5 || hour >= 18) return "Good evening";
  return hour < 12 ? "Good morning" : "Good afternoon";
}
