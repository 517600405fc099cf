/** The system page: the server's measures over time and live, its alerts, their thresholds, and the log. */
import { get } from "../core/api.js";
import { byId, refill } from "../core/dom.js";
import { duration } from "../core/format.js";
import { gently } from "../core/gently.js";
import { plainLine } from "../core/plain_line.js";
import { empty, showFailure } from "../desk/empty.js";
import { measureChart } from "../desk/measure_chart.js";
import { systemAlertRow } from "../desk/system_alerts.js";
import { systemLog } from "../desk/system_log.js";
import { thresholdsForm } from "../desk/system_thresholds.js";

const RANGES = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 };
const LOG_EVERY = 15_000; // ms
const MOST_ALERTS = 50;
const STATES = { operational: ["All is well", "ca-dot-on"], degraded: ["Somebody should look at it", "ca-dot-wait"], critical: ["It is in trouble", "ca-dot-bad"] };
const MEASURES = {
  cpu: { name: "Processor", unit: "%", most: 100, now: "cpu_usage" },
  memory: { name: "Memory", unit: "%", most: 100, now: "memory_usage" },
  disk: { name: "Disk", unit: "%", most: 100, now: "disk_usage" },
  hub_lag: { name: "Time to answer", unit: "ms", now: "hub_lag_ms" },
  sockets: { name: "Open sockets", unit: "", now: "sockets" },
};
const charts = Object.fromEntries(Object.entries(MEASURES).map(([key, each]) => [key, measureChart(byId(`chart-${key}`), each)]));
const form = thresholdsForm(byId("thresholds"), (answer) => ((thresholds = answer), draw()));
const log = systemLog();
const loadAll = gently(() => [loadHistory(), loadAlerts(), loadThresholds()]);
const loadAlertsGently = gently(loadAlerts, { wait: 1000 });
let [range, asked, history, thresholds] = [byName(location.hash.slice(1)), 0, {}, {}];

for (const button of document.querySelectorAll("[data-range]")) button.addEventListener("click", () => choose(button.dataset.range));
byId("which").addEventListener("change", loadAlerts);
mark();
log.load();
setInterval(() => document.visibilityState === "visible" && log.refresh(), LOG_EVERY);
const line = plainLine("/ws");
line.onResync(loadAll);
line.on("metrics", live);
line.on("alert", ({ alert }) => {
  if (alert.source !== "server") return;
  if (alert.status === "active") byId("told").textContent = alert.title;
  loadAlertsGently();
});

function byName(name) {
  return RANGES[name] ? name : "24h";
}

function choose(name) {
  range = name;
  window.history.replaceState(null, "", `#${name}`);
  mark();
  loadHistory();
}

function mark() {
  for (const button of document.querySelectorAll("[data-range]")) button.setAttribute("aria-pressed", String(button.dataset.range === range));
}

async function loadHistory() {
  const mine = ++asked;
  try {
    const answer = await get(`/api/dashboard/metrics?hours=${RANGES[range]}`);
    if (mine !== asked) return; // another period was chosen meanwhile
    byId("problem").hidden = true;
    history = Object.fromEntries(Object.keys(MEASURES).map((key) => [key, answer[`${key}_history`] || []]));
    tell(answer.system_health);
    draw();
  } catch (error) {
    if (mine !== asked) return;
    byId("problem").hidden = false;
    showFailure(byId("problem"), error, { retry: loadHistory });
  }
}

/** A new look at the machine. Over an hour each is a point; over longer spans the newest stands for now. */
function live({ system_health: health, timestamp }) {
  tell(health);
  if (!history.cpu) return;
  const begin = Date.parse(timestamp) - RANGES[range] * 3_600_000;
  for (const [key, { now }] of Object.entries(MEASURES)) {
    const points = history[key];
    if (range !== "1h") points.pop();
    points.push({ timestamp, value: health[now] });
    while (points.length && Date.parse(points[0].timestamp) < begin) points.shift();
  }
  draw();
}

function tell(health) {
  for (const [key, { now, unit }] of Object.entries(MEASURES)) byId("charts").querySelector(`[data-now=${key}]`).textContent = `${Math.round(health[now])} ${unit}`.trim();
  const [words, dot] = STATES[health.status] || [health.status, ""];
  const text = `${words}. It has been running for ${duration(health.uptime_hours * 3600)}.`;
  byId("summary").querySelector(".ca-dot").className = `ca-dot ${dot}`;
  const said = byId("summary").querySelector("[data-said]");
  if (said.textContent !== text) said.textContent = text; // a screen reader hears it once
}

function draw() {
  for (const [key, chart] of Object.entries(charts)) {
    const points = history[key] || [];
    byId("charts").querySelector(`[data-none=${key}]`).hidden = points.length > 0;
    chart.show({ points, hours: RANGES[range], threshold: thresholds[key] });
  }
}

async function loadThresholds() {
  try {
    thresholds = await get("/api/dashboard/thresholds");
    form.show(thresholds);
    draw();
  } catch (error) {
    if (!Object.keys(thresholds).length) showFailure(byId("thresholds"), error, { retry: loadThresholds });
  }
}

async function loadAlerts() {
  const place = byId("alerts");
  const isOpen = byId("which").value === "open";
  try {
    const alerts = await get(`/api/dashboard/alerts?${new URLSearchParams({ ...(isOpen ? { status: "open" } : {}), limit: MOST_ALERTS })}`);
    place.removeAttribute("aria-busy");
    refill(place, alerts.length ? alerts.map((each) => systemAlertRow(each, loadAlerts)) : nothing(isOpen));
  } catch (error) {
    showFailure(place, error, { retry: loadAlerts });
  }
}

function nothing(isOpen) {
  return isOpen
    ? empty({ glyph: "circle-check", title: "Nothing to worry about", text: "When a measure stays beyond its threshold, it is told here and on every open page of this kind." })
    : empty({ glyph: "circle-check", title: "No alert yet", text: "Nothing has been beyond its threshold so far." });
}
