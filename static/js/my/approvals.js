/**
 * What waits for the customer's yes or no, above every page of theirs: what exactly would be done, by whom, on which
 * device and why. It is decided once: who comes second, in another tab or as a colleague, is shown what was decided.
 */
import { ApiError, get, post, sentence } from "../core/api.js";
import { ask, toast } from "../core/dialog.js";
import { busy, byId, h, icon, refill, since } from "../core/dom.js";
import { gently } from "../core/gently.js";
import { facts } from "./facts.js";
import { customerLine } from "./line.js";
import { plainName } from "./words.js";

const PATH = "/api/v1/customer/approvals";
const place = byId("approvals");
const wanted = { deviceId: null, sessionId: null, isShort: false };
const shown = new Map(); // command id → its row, those decided while this page looks among them
let [asked, drawn] = [0, ""];
const load = gently(() => read().catch(() => null), { wait: 1000 }); // the rest of the page says why nothing loads

/** Show what waits, and keep it up to date: in full that of this device or session, or all of it where neither is given;
 * of the rest, and everything where it `isShort`, only how much there is. */
export function watchApprovals(about = {}) {
  Object.assign(wanted, about);
  const line = customerLine();
  line.onResync(load);
  line.on("command_update", load);
}

async function read() {
  const mine = ++asked;
  const about = Object.entries(wanted).filter(([name, value]) => value && name !== "isShort");
  const { approvals, total } = await get(`${PATH}?${new URLSearchParams(about)}`);
  if (mine !== asked) return; // a newer answer is on its way
  const waiting = new Set(approvals.map((each) => each.id));
  for (const row of approvals) shown.set(row.id, row);
  for (const [id, row] of shown) if (!waiting.has(id) && !row.isDecided) await learn(row);
  draw(total - approvals.length);
}

/** It waits no more: say what became of it. */
async function learn(row) {
  try {
    const { approval } = await get(`${PATH}/${encodeURIComponent(row.id)}`);
    shown.set(row.id, { ...approval, isDecided: true });
  } catch {
    shown.delete(row.id);
  }
}

function draw(more) {
  const now = JSON.stringify([more, ...shown.values()]);
  if (now === drawn) return; // somebody may be reading it
  drawn = now;
  const here = [...shown.values()].filter(belongs);
  const waiting = here.filter((each) => !each.isDecided).length;
  const elsewhere = [...shown.values()].filter((each) => !belongs(each) && !each.isDecided).length + more;
  refill(
    place,
    waiting ? h("h2", { class: "cm-approvals-title" }, icon("hand-stop"), waiting === 1 ? "This waits for your approval" : `${waiting} things wait for your approval`) : null,
    here.length ? h("div", { class: "cm-approvals-list" }, here.map((row) => (row.isDecided ? decided(row) : card(row)))) : null,
    elsewhere ? others(elsewhere, waiting) : null,
  );
  place.hidden = !here.length && !elsewhere;
}

function belongs(row) {
  if (wanted.isShort) return false;
  return (!wanted.deviceId || row.deviceId === wanted.deviceId) && (!wanted.sessionId || row.sessionId === wanted.sessionId);
}

function others(count, waiting) {
  const words = `${count.toLocaleString()} ${waiting ? "more " : ""}${count === 1 ? "thing waits" : "things wait"} for your approval.`;
  const isHere = !wanted.isShort && !wanted.deviceId && !wanted.sessionId; // more than fit: they follow as these are decided
  return h("p", { class: "cm-approvals-short" }, icon("hand-stop"), h("span", { class: "ca-grow" }, words), isHere ? null : h("a", { class: "btn btn-sm", href: "/my/devices#approvals" }, "Look at it"));
}

function card(row) {
  const device = h("a", { href: `/my/devices/${encodeURIComponent(row.deviceId)}` }, row.deviceName || row.deviceId);
  const what = `${plainName(row.type)} on ${row.deviceName || row.deviceId}`;
  return h(
    "article",
    { class: "card cm-approval", dataset: { command: row.id }, "aria-label": what },
    h(
      "div",
      { class: "card-body" },
      h("h3", { class: "cm-approval-what ca-break" }, plainName(row.type)),
      h("p", { class: "mb-2 ca-break" }, h("b", { class: "fw-medium" }, row.requestedBy || "Your support desk"), " asks to do this on ", device, ", ", since(row.createdAt), "."),
      row.why ? h("p", { class: "mb-2 ca-break" }, h("b", { class: "fw-medium" }, "Why: "), row.why) : null,
      exactly(row),
      h(
        "div",
        { class: "cm-decide" },
        h("button", { type: "button", class: "btn btn-primary", "aria-label": `Approve: ${what}`, dataset: { key: `yes ${row.id}` }, onclick: (event) => decide(event.currentTarget, row, true) }, icon("check"), " Approve"),
        h("button", { type: "button", class: "btn", "aria-label": `Reject: ${what}`, dataset: { key: `no ${row.id}` }, onclick: (event) => reject(event.currentTarget, row) }, icon("x"), " Reject"),
      ),
    ),
  );
}

/** The command to the letter, so that a yes means what it says. */
function exactly({ type, parameters }) {
  const isPlain = parameters !== null && typeof parameters === "object" && !Array.isArray(parameters);
  return h(
    "div",
    { class: "cm-exactly" },
    h("p", { class: "text-secondary small mb-1" }, "Exactly this will be run:"),
    facts(isPlain ? parameters : { parameters }, { most: 1000, first: [h("dt", {}, "Command"), h("dd", { class: "ca-break" }, h("code", {}, type))] }),
  );
}

function decided(row) {
  const isYes = row.status !== "rejected";
  const who = row.decidedBy ? `${row.decidedBy} ` : "";
  const words = row.status === "cancelled" ? "was withdrawn" : `${who ? `${who}${isYes ? "approved" : "rejected"} this` : `was ${isYes ? "approved" : "rejected"}`}`;
  return h(
    "article",
    { class: "card cm-approval cm-decided", dataset: { command: row.id }, role: "status" },
    h(
      "div",
      { class: "card-body d-flex gap-3 align-items-start" },
      icon(isYes ? "circle-check" : "ban"),
      h(
        "div",
        { class: "ca-grow ca-break" },
        h("b", { class: "fw-medium" }, plainName(row.type)),
        ` on ${row.deviceName || row.deviceId}: ${words}`,
        row.decidedAt ? [", ", since(row.decidedAt)] : null,
        ".",
        row.decisionReason ? h("div", { class: "text-secondary small" }, `Reason: ${row.decisionReason}`) : null,
        h("div", { class: "small" }, h("a", { href: row.sessionId ? `/my/sessions/${encodeURIComponent(row.sessionId)}` : `/my/devices/${encodeURIComponent(row.deviceId)}` }, isYes ? "See how it goes" : "See the device")),
      ),
      h("button", { type: "button", class: "btn btn-icon btn-sm btn-ghost-secondary", "aria-label": "Dismiss", onclick: () => (shown.delete(row.id), load()) }, icon("x")),
    ),
  );
}

async function reject(button, row) {
  const fields = [
    h("label", { class: "form-label", for: "why-not" }, "Reason (if you like)"),
    h("textarea", { id: "why-not", name: "reason", class: "form-control", rows: "3", maxlength: "500", placeholder: "For example: please call me first" }),
    h("p", { class: "form-hint mb-0 mt-2" }, "It will not be run. Your support desk reads the reason."),
  ];
  const values = await ask({ title: `Reject “${plainName(row.type)}”?`, fields, action: "Reject", danger: true });
  if (values) await decide(button, row, false, String(values.get("reason") || "").trim());
}

async function decide(button, row, approved, reason = "") {
  for (const each of button.parentElement.querySelectorAll("button")) each.disabled = true;
  try {
    await busy(button, () => post(`${PATH}/${encodeURIComponent(row.id)}`, { approved, reason }));
    byId("told").textContent = approved ? "Approved." : "Rejected.";
  } catch (error) {
    const isLate = error instanceof ApiError && [404, 409].includes(error.status);
    toast(isLate ? "This was decided already." : sentence(error), { kind: isLate ? "info" : "danger" });
  }
  drawn = ""; // the buttons come back, whatever happened
  await read().catch(() => draw(0)); // what was decided, by whoever was first
  place.focus({ preventScroll: true });
}
