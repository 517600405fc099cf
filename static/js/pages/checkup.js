/** The check-up's page: begin one, follow it, and read what it found. */
import { get, post, sentence } from "../core/api.js";
import { busy, byId, fill, h, icon } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { empty, showFailure } from "../desk/empty.js";

const OFTEN = 700; // ms
const LEVELS = { error: ["error", "ca-state-bad"], warning: ["warning", "ca-state-waiting"], hint: ["hint", ""], ok: ["ok", "ca-state-connected"] };
const ORDER = Object.keys(LEVELS);
const place = byId("findings");
const button = byId("begin");
let shown = "";

button.addEventListener("click", begin);
load();

async function begin() {
  byId("problem").hidden = true;
  try {
    show(await busy(button, () => post("/api/checkup")));
  } catch (error) {
    byId("problem").textContent = sentence(error);
    byId("problem").hidden = false;
  }
}

async function load() {
  try {
    show(await get("/api/checkup"));
  } catch (error) {
    showFailure(place, error, { retry: load });
  }
}

function show({ running, progress, at, findings }) {
  place.removeAttribute("aria-busy");
  button.disabled = running;
  tellProgress(running, progress);
  byId("summary").textContent = running ? "Looking at everything…" : findings.length ? `${inWords(findings)} Looked at ${dateTime(at)}.` : "What may be wrong with this server, and how to mend it.";
  const now = JSON.stringify([running, findings]);
  if (now !== shown || !findings.length) draw(findings, running);
  shown = now;
  if (running) setTimeout(load, OFTEN);
}

function tellProgress(running, progress) {
  const bar = byId("progress");
  bar.hidden = !running;
  bar.setAttribute("aria-valuenow", String(Math.round(progress * 100)));
  bar.firstElementChild.style.width = `${Math.max(3, Math.round(progress * 100))}%`;
}

/** The worst groups come first, and in each the worst findings. */
function draw(findings, running) {
  if (!findings.length) return fill(place, h("div", { class: "card" }, running ? h("div", { class: "ca-skeleton" }) : nothing()));
  const groups = Map.groupBy ? Map.groupBy(findings, (each) => each.about) : grouped(findings);
  const sorted = running ? [...groups] : [...groups].sort(([, a], [, b]) => worst(a) - worst(b));
  fill(place, sorted.map(([about, each]) => group(about, each)));
}

function grouped(findings) {
  const groups = new Map();
  for (const each of findings) groups.set(each.about, [...(groups.get(each.about) || []), each]);
  return groups;
}

function worst(findings) {
  return Math.min(...findings.map((each) => ORDER.indexOf(each.level)));
}

function group(about, findings) {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  return h("section", { class: "card mb-3", "aria-label": about }, h("div", { class: "card-header" }, h("h2", { class: "card-title" }, about)), h("ul", { class: "cu-findings" }, sorted.map(row)));
}

function row({ level, sentence: said, fix }) {
  const [word, look] = LEVELS[level] || [level, ""];
  return h("li", { class: "cu-finding", dataset: { level } }, h("span", { class: `ca-state ${look}` }, word), h("span", { class: "ca-break" }, withCode(said)), fix ? h("span", { class: "cu-fix ca-break" }, h("span", { "aria-hidden": "true" }, "→ "), withCode(fix)) : null);
}

/** Commands stand between backquotes. */
function withCode(text) {
  return text.split("`").map((part, number) => (number % 2 ? h("code", {}, part) : part));
}

function inWords(findings) {
  const count = (level) => findings.filter((each) => each.level === level).length;
  const said = ["error", "warning", "hint"].filter(count).map((level) => `${count(level)} ${level}${count(level) === 1 ? "" : "s"}`);
  return count("error") || count("warning") ? `${said.join(", ")}.` : "All is well.";
}

function nothing() {
  return empty({ glyph: "stethoscope", title: "No check-up yet", text: "It looks at the installation, the settings, the database, the certificate, the proxy, the live lines and the relays, and says what to do. It changes nothing and takes some seconds.", action: h("button", { type: "button", class: "btn btn-primary", onclick: begin }, icon("stethoscope"), " Begin a check-up") });
}
