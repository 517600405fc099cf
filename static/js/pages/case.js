/** One case: written from a session's draft, or read, mended and printed. */
import { ApiError, del, get, patch, post, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, byId, fill, h } from "../core/dom.js";
import { dateTime, duration } from "../core/format.js";
import { empty, mayAct } from "../desk/empty.js";
import { pdfButton } from "../desk/pdf.js";
import { recordCards } from "../desk/record.js";
import { showRecordings } from "../desk/recordings.js";
import { showCost } from "../desk/cost.js";
import { showTicketOf } from "../desk/ticket_of.js";

const { caseId, sessionId } = byId("case").dataset;
const form = byId("case-form");
const FIELDS = {
  title: "title",
  problemDescription: "problem_description",
  workDone: "work_done",
  recommendations: "recommendations",
  phoneSupportMinutes: "phone_support_minutes",
  whatsappSupportMinutes: "whatsapp_support_minutes",
};
/** The fields that somebody wrote in: what arrives from the server later leaves them alone. */
const written = new Set();
let isDirty = false;

form.addEventListener("submit", save);
form.addEventListener("input", (event) => {
  isDirty = true;
  written.add(event.target.name);
  byId("saved") && (byId("saved").textContent = "");
});
window.addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});
document.getElementById("remove")?.addEventListener("click", remove);
start();

async function start() {
  try {
    if (caseId) showCase((await get(path())).case);
    else showDraft(await draft());
  } catch (error) {
    showNothing(error);
  }
  byId("case").removeAttribute("aria-busy");
}

async function draft() {
  if (!sessionId)
    throw new ApiError("A case belongs to a session.", {
      detail: "Open the session and choose “Write the case” there.",
    });
  return get(`/api/cases/draft?sessionId=${encodeURIComponent(sessionId)}`);
}

function showNothing(error) {
  const back = h(
    "a",
    { class: "btn", href: caseId ? "/cases" : "/sessions" },
    caseId ? "To the cases" : "To the sessions",
  );
  const title = error.status === 404 ? `There is no such ${caseId ? "case" : "session"}` : "This could not be loaded";
  fill(
    byId("case"),
    h(
      "div",
      { class: "col-12" },
      h("div", { class: "card" }, empty({ glyph: "file-text", title, text: sentence(error), action: back })),
    ),
  );
}

function showDraft(values) {
  for (const name of Object.keys(FIELDS)) if (values[name]) prefill(name, values[name]);
  byId("subheading").textContent = `Session ${sessionId}. What the session knows is filled in already.`;
  fill(byId("record"), recordCards(values));
  listRecordings(sessionId);
  showCost(form, values.viewingSeconds);
  mentionEarlier().catch(() => {}); // only a hint: the page works without it
}

async function mentionEarlier() {
  const { caseReport: earlier } = await get(`/api/sessions/${encodeURIComponent(sessionId)}/case`);
  if (!earlier) return;
  const link = h(
    "a",
    { class: "alert-link", href: `/cases/${encodeURIComponent(earlier.id)}` },
    `case #${earlier.case_number}`,
  );
  byId("case").before(
    h(
      "div",
      { class: "alert alert-info", role: "status" },
      "This session has ",
      link,
      " already. What you write here becomes another one.",
    ),
  );
}

function showCase(row) {
  for (const [name, column] of Object.entries(FIELDS)) prefill(name, row[column] ?? "");
  if (!written.has("includeChat")) form.elements.includeChat.checked = row.include_chat ?? true;
  byId("heading").textContent = `Case #${row.case_number}`;
  document.title = `Case #${row.case_number} · ConnectAssist`;
  byId("subheading").textContent = [
    row.customer_name,
    `written ${dateTime(row.created_at)}`,
    `${duration(row.billable_total_seconds)} in all`,
  ]
    .filter(Boolean)
    .join(" · ");
  fill(byId("record"), recordCards({ ...factsOf(row), ...row.record }));
  listRecordings(row.session_id);
  showCost(form, row.remote_viewing_seconds);
  if (!written.has("isClosed")) form.elements.isClosed.checked = row.status === "closed";
  byId("pdf").hidden = false;
  showTicketOf(byId("ticket-of"), path());
  fill(
    byId("papers"),
    ["A4", "Letter"].map((page) => pdfButton(caseId, { page, label: `PDF, ${page}` })),
  );
}

function prefill(name, value) {
  if (!written.has(name)) form.elements[name].value = value;
}

/** The case can be read without them: a failure is only told. */
function listRecordings(id) {
  showRecordings(byId("recordings"), id, { mayDelete: mayAct() }).catch((error) => toast(sentence(error), { kind: "danger" }));
}

function factsOf(row) {
  return {
    customer: row.customer_name,
    device: row.machine_name,
    technician: row.technician_name,
    viewingSeconds: row.remote_viewing_seconds,
  };
}

async function save(event) {
  event.preventDefault();
  if (!mayAct()) return;
  complain(form.elements.problemDescription.value.trim() ? "" : "Please say what the problem was.");
  if (!form.elements.problemDescription.value.trim()) return form.elements.problemDescription.focus();
  try {
    const answer = await busy(event.submitter, () =>
      caseId ? patch(path(), fields()) : post("/api/cases", { sessionId, ...fields() }),
    );
    isDirty = false;
    written.clear();
    if (!caseId) return location.assign(`/cases/${encodeURIComponent(answer.case.id)}`);
    showCase(answer.case);
    byId("saved").textContent = "Saved.";
  } catch (error) {
    complain(sentence(error));
  }
}

function fields() {
  const values = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, form.elements[name].value.trim()]));
  for (const name of ["phoneSupportMinutes", "whatsappSupportMinutes"])
    values[name] = Math.max(0, Math.round(Number(values[name]) || 0));
  return {
    ...values,
    includeChat: form.elements.includeChat.checked,
    status: form.elements.isClosed.checked ? "closed" : "open",
  };
}

async function remove() {
  const sure = await confirm({
    title: "Delete this case?",
    text: "The record and its PDF are gone for good.",
    action: "Delete",
    danger: true,
  });
  if (!sure) return;
  try {
    await del(path());
    isDirty = false;
    location.assign("/cases");
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}

function complain(text) {
  byId("form-error").textContent = text;
  byId("form-error").hidden = !text;
}

function path() {
  return `/api/cases/${encodeURIComponent(caseId)}`;
}
