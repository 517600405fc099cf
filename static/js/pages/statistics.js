/** Statistics: filters that stand in the address, totals, a chart by day, the newest sessions, and all as a file. */
import { get, sentence } from "../core/api.js";
import { byId, fill, h } from "../core/dom.js";
import { dateTime, duration } from "../core/format.js";
import { dailyBars, everyDay } from "../desk/daily_bars.js";
import { empty, showFailure } from "../desk/empty.js";

const TYPING = 400; // ms of rest before a search goes out
const NAMES = ["from", "to", "customer", "deviceId", "status"];
const STATES = { connected: "Connected", waiting: "Waiting", ended: "Ended" };
const USUAL_DAYS = 30;
const ROWS_AT_ONCE = 50;
const numbers = new Intl.NumberFormat();
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const chart = dailyBars(byId("chart"));
const rate = get("/api/preferences").then((found) => found.remoteControlSupportRate, () => 0);
let timer = 0;
let newest = 0;
let found = { days: [] };
let measure = "sessions";

begin();

function begin() {
  const given = new URLSearchParams(location.search);
  for (const name of NAMES) byId(name).value = given.get(name) || "";
  if (!location.search) choose(USUAL_DAYS);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("filter").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, TYPING);
  });
  for (const button of document.querySelectorAll("[data-days]")) {
    button.addEventListener("click", () => (choose(Number(button.dataset.days)), load()));
  }
  for (const button of document.querySelectorAll("[data-measure]")) {
    button.addEventListener("click", () => draw(button.dataset.measure));
  }
  byId("more").querySelector("button").addEventListener("click", showMore);
  load();
}

function choose(days) {
  byId("to").value = days ? day(0) : "";
  byId("from").value = days ? day(days - 1) : "";
}

function day(ago) {
  return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

function query() {
  const given = new URLSearchParams();
  for (const name of NAMES) if (byId(name).value.trim()) given.set(name, byId(name).value.trim());
  return given;
}

async function load() {
  clearTimeout(timer);
  const mine = ++newest;
  const given = query();
  mark(given);
  try {
    const answer = await get(`/api/statistics/sessions?${given}`);
    if (mine === newest) await show(answer);
  } catch (error) {
    if (mine === newest) complain(error);
  }
}

/** The address and the file follow the filters; the period that is chosen is marked. */
function mark(given) {
  history.replaceState(null, "", `?${given}`);
  byId("export").href = `/api/statistics/sessions.csv?${given}`;
  for (const button of document.querySelectorAll("[data-days]")) {
    const days = Number(button.dataset.days);
    const span = days ? [day(days - 1), day(0)] : [null, null];
    button.setAttribute("aria-pressed", String(given.get("from") === span[0] && given.get("to") === span[1]));
  }
}

async function show(answer) {
  found = answer;
  byId("wrong").hidden = true;
  showTotals(answer.summary, await rate);
  draw(measure);
  fill(byId("days"), answer.days.toReversed().map(dayRow));
  byId("rows").removeAttribute("aria-busy");
  fill(byId("rows"));
  showMore();
  emptyPlace(!answer.sessions.length);
  if (!answer.sessions.length) fill(byId("empty"), nothing());
  byId("shown").textContent = told(answer);
}

/** A long table helps nobody: the next rows come when asked for. */
function showMore() {
  const shown = byId("rows").children.length;
  byId("rows").append(...found.sessions.slice(shown, shown + ROWS_AT_ONCE).map(sessionRow));
  byId("more").hidden = byId("rows").children.length === found.sessions.length;
}

function showTotals(summary, perHour) {
  for (const place of document.querySelectorAll("[data-total]")) {
    const value = summary[place.dataset.total];
    place.textContent = place.dataset.total === "totalDurationMs" ? hours(value) : numbers.format(value);
  }
  byId("cost").hidden = !perHour;
  byId("cost").textContent = `${money.format((summary.totalDurationMs / 3_600_000) * perHour)} at your rate`;
}

/** A total as people bill it: minutes, or hours with tenths. */
function hours(milliseconds) {
  const whole = milliseconds / 3_600_000;
  return whole < 1 ? duration(milliseconds / 1000) : `${tenths.format(whole < 100 ? whole : Math.round(whole))}\u00a0h`;
}

function draw(wanted) {
  measure = wanted;
  for (const button of document.querySelectorAll("[data-measure]")) {
    button.setAttribute("aria-pressed", String(button.dataset.measure === measure));
  }
  const given = query();
  const days = everyDay(found.days, given.get("from"), given.get("to"));
  const isCount = measure === "sessions";
  chart.show({
    name: isCount ? "Sessions" : "Hours",
    days: days.map((each) => ({ day: each.day, value: isCount ? each.sessions : each.durationMs / 3_600_000 })),
    say: (value) => (isCount ? `${numbers.format(value)} session${value === 1 ? "" : "s"}` : duration(value * 3600)),
  });
}

function dayRow(each) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, each.day),
    h("td", { class: "text-end ca-number" }, numbers.format(each.sessions)),
    h("td", { class: "text-end ca-number" }, duration(each.durationMs / 1000)),
  );
}

function sessionRow(each) {
  const machine = each.machineName || each.hostname;
  return h(
    "tr",
    {},
    h(
      "td",
      {},
      h("a", { class: "fw-medium", href: `/sessions/${encodeURIComponent(each.sessionId)}` }, dateTime(each.createdAt)),
      h("div", { class: "text-secondary small" }, each.sessionId),
    ),
    h(
      "td",
      { class: "ca-break", dataset: { label: "Customer" } },
      each.customerName || machine || "–",
      each.customerName && machine ? h("span", { class: "text-secondary small" }, ` · ${machine}`) : null,
    ),
    h("td", { class: "ca-break", dataset: { label: "Technician" } }, each.technicianName || "–"),
    h("td", { class: "ca-number", dataset: { label: "Length" } }, duration(each.durationMs / 1000)),
    h(
      "td",
      { dataset: { label: "State" } },
      h("span", { class: `ca-state ca-state-${each.status}` }, STATES[each.status] || each.status),
    ),
    h("td", {}, each.deviceId ? onlyDevice(each.deviceId) : null),
  );
}

function onlyDevice(deviceId) {
  const onclick = () => {
    byId("deviceId").value = deviceId;
    load();
    byId("deviceId").focus();
  };
  return h("button", { type: "button", class: "btn btn-sm text-nowrap", title: deviceId, onclick }, "This device");
}

function told({ sessions, summary }) {
  if (sessions.length === summary.totalSessions) return "";
  const [shown, all] = [sessions.length, summary.totalSessions].map((count) => numbers.format(count));
  return `the newest ${shown} of ${all}; the file has them all`;
}

function emptyPlace(isShown) {
  byId("rows").closest("table").hidden = isShown;
  byId("empty").hidden = !isShown;
  return byId("empty");
}

function nothing() {
  return empty({
    glyph: "search",
    title: "No session in this period",
    text: "Choose a longer period, or take a filter away.",
    action: h("button", { type: "button", class: "btn", onclick: showAll }, "Show all"),
  });
}

function showAll() {
  byId("filter").reset();
  choose(0);
  load();
}

function complain(error) {
  if (error.status !== 400) return showFailure(emptyPlace(true), error, { retry: load });
  byId("wrong").textContent = sentence(error);
  byId("wrong").hidden = false;
}
