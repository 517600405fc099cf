/** One case: written from a session's draft, or read, mended and printed. */
import { del, get, patch, post, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, byId, fill } from "../core/dom.js";
import { dateTime, duration } from "../core/format.js";
import { mayAct } from "../desk/empty.js";
import { recordCards } from "../desk/record.js";

const { caseId, sessionId } = byId("case").dataset;
const form = byId("case-form");
const FIELDS = {
  title: "title", problemDescription: "problem_description", workDone: "work_done", recommendations: "recommendations",
  phoneSupportMinutes: "phone_support_minutes", whatsappSupportMinutes: "whatsapp_support_minutes",
};
let isDirty = false;

form.addEventListener("submit", save);
form.addEventListener("input", () => { isDirty = true; byId("saved") && (byId("saved").textContent = ""); });
window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
document.getElementById("remove")?.addEventListener("click", remove);
start();

async function start() {
  try {
    if (caseId) showCase((await get(path())).case);
    else showDraft(await draft());
  } catch (error) {
    byId("problem").textContent = sentence(error);
    byId("problem").hidden = false;
    byId("record").replaceChildren();
    if (caseId || !sessionId) form.hidden = true;
  }
  byId("case").removeAttribute("aria-busy");
}

async function draft() {
  if (!sessionId) return { missing: true };
  const answer = await get(`/api/cases/draft?sessionId=${encodeURIComponent(sessionId)}`);
  return answer.draft || answer;
}

function showDraft(values) {
  if (values.missing) throw new Error("no session");
  for (const name of Object.keys(FIELDS)) if (values[name]) form.elements[name].value = values[name];
  byId("subheading").textContent = `Session ${sessionId}. What the session knows is filled in already.`;
  fill(byId("record"), recordCards(values));
}

function showCase(row) {
  for (const [name, column] of Object.entries(FIELDS)) form.elements[name].value = row[column] ?? "";
  form.elements.includeChat.checked = row.include_chat ?? row.includes_chat ?? true;
  byId("heading").textContent = `Case #${row.case_number}`;
  document.title = `Case #${row.case_number} · ConnectAssist`;
  byId("subheading").textContent = [row.customer_name, `written ${dateTime(row.created_at)}`, `${duration(row.billable_total_seconds)} in all`].filter(Boolean).join(" · ");
  fill(byId("record"), recordCards({ ...factsOf(row), ...row.record }));
  for (const link of byId("pdf").querySelectorAll("[data-page]")) link.href = `${path()}/pdf?page=${link.dataset.page}`;
  isDirty = false;
}

function factsOf(row) {
  return { customer: row.customer_name, device: row.machine_name, technician: row.technician_name, viewingSeconds: row.remote_viewing_seconds };
}

async function save(event) {
  event.preventDefault();
  if (!mayAct()) return;
  complain(form.elements.problemDescription.value.trim() ? "" : "Please say what the problem was.");
  if (!form.elements.problemDescription.value.trim()) return form.elements.problemDescription.focus();
  try {
    const answer = await busy(event.submitter, () => (caseId ? patch(path(), written()) : post("/api/cases", { sessionId, ...written() })));
    isDirty = false;
    if (!caseId) return location.assign(`/cases/${encodeURIComponent(answer.case.id)}`);
    showCase(answer.case);
    byId("saved").textContent = "Saved.";
  } catch (error) {
    complain(sentence(error));
  }
}

function written() {
  const values = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, form.elements[name].value.trim()]));
  for (const name of ["phoneSupportMinutes", "whatsappSupportMinutes"]) values[name] = Math.max(0, Math.round(Number(values[name]) || 0));
  return { ...values, includeChat: form.elements.includeChat.checked };
}

async function remove() {
  const sure = await confirm({ title: "Delete this case?", text: "The record and its PDF are gone for good.", action: "Delete", danger: true });
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
