/** One client: its details, who looks after it, and the way out. */
import { del, get, patch, post, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, byId, fill, h, icon, since } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { gently, live } from "../core/live.js";
import { announcementsPart } from "../desk/announcements.js";
import { clientDataPart } from "../desk/client_data.js";
import { customersPart } from "../desk/customers.js";
import { empty, showFailure } from "../desk/empty.js";

const FIELDS = ["name", "contact_name", "contact_email", "notes"];
const path = `/api/clients/${byId("client").dataset.id}`;
const form = document.getElementById("form");
const customers = form && customersPart(Number(byId("client").dataset.id), { place: byId("customers"), add: byId("new-customer"), take: byId("take-customer") });
const announcements = announcementsPart(Number(byId("client").dataset.id), { place: byId("announcements"), add: document.getElementById("announce") });
if (form) clientDataPart(path, { place: byId("data"), mayErase: Boolean(byId("data").dataset.mayErase) });
let client = null;
const load = gently(() => refresh().catch(failed));

live().onResync(load);
live().onResync(announcements.load);
live().on("clients-changed", load);
live().on("device-updated", gently(announcements.load, { wait: 3000 })); // one of them may just have come
form?.addEventListener("submit", save);
document.getElementById("assign")?.addEventListener("submit", assign);
document.getElementById("delete")?.addEventListener("click", remove);

async function refresh() {
  const before = client;
  client = await get(path);
  byId("name").textContent = client.name;
  byId("devices").textContent = client.device_count;
  if (!form) return showFacts();
  form.removeAttribute("aria-busy");
  for (const name of FIELDS) {
    const input = byId(`field-${name}`);
    if (!before || input.value === (before[name] || "")) input.value = client[name] || ""; // what is being typed stays
  }
  await Promise.all([showPeople(), customers.load()]);
}

function showFacts() {
  const facts = [
    ["Contact person", client.contact_name],
    ["E-mail", client.contact_email && h("a", { href: `mailto:${client.contact_email}` }, client.contact_email)],
    ["Notes", client.notes && h("span", { class: "ca-lines" }, client.notes)],
    ["Since", dateTime(client.created_at)],
  ];
  byId("facts").removeAttribute("aria-busy");
  fill(byId("facts"), facts.map(([name, value]) => [h("dt", {}, name), h("dd", { class: "ca-break" }, value || "–")]));
}

async function showPeople() {
  const [people, staff] = await Promise.all([get(`${path}/users`), get("/api/admin/users")]);
  byId("people").removeAttribute("aria-busy");
  fill(byId("people"), people.length ? people.map(person) : nobody());
  const inside = new Set(people.map((each) => each.id));
  const free = staff.filter((each) => each.is_active && each.role !== "admin" && !inside.has(each.id));
  fill(byId("user_id"), free.length ? free.map((each) => h("option", { value: each.id }, `${each.display_name} (${each.role})`)) : h("option", { value: "" }, "Nobody left to assign"));
  byId("assign").querySelector("button").disabled = !free.length;
}

function nobody() {
  return empty({ glyph: "users", title: "Nobody is assigned", text: "Only administrators see this client. Assign a technician below." });
}

function person(each) {
  const label = `Take this client from ${each.display_name}`;
  const state = each.is_active ? each.role : `${each.role} · account closed`;
  return h(
    "div",
    {},
    h("div", { class: "ca-grow ca-break" }, h("div", { class: "fw-medium" }, each.display_name), h("div", { class: "text-secondary small" }, state, each.assigned_at ? [" · since ", since(each.assigned_at)] : null)),
    h("button", { type: "button", class: "btn btn-sm btn-icon btn-ghost-danger", title: label, "aria-label": label, onclick: () => unassign(each) }, icon("x")),
  );
}

async function save(event) {
  event.preventDefault();
  const values = Object.fromEntries(FIELDS.map((name) => [name, byId(`field-${name}`).value.trim()]));
  say("");
  if (!values.name) return say("Please give the client a name.");
  try {
    await busy(event.submitter, () => patch(path, values));
    toast("Saved.", { kind: "success" });
    client = { ...client, ...values };
    load();
  } catch (error) {
    say(sentence(error));
  }
}

async function assign(event) {
  event.preventDefault();
  const userId = Number(byId("user_id").value);
  if (userId) await attempt(() => busy(event.submitter, () => post(`${path}/users`, { user_id: userId })));
}

async function unassign({ id, display_name: name }) {
  const text = `${name} no longer sees this client’s devices, sessions and tickets. Open pages and sessions of theirs end at once.`;
  if (await confirm({ title: `Take this client from ${name}?`, text, action: "Take away", danger: true })) await attempt(() => del(`${path}/users/${id}`));
}

async function remove() {
  const text = "Its enrollment tokens, installers and staff assignments go with it. This can’t be undone.";
  if (!(await confirm({ title: `Delete ${client?.name || "this client"}?`, text, action: "Delete", danger: true }))) return;
  if (await attempt(() => del(path))) location.assign("/clients");
}

async function attempt(work) {
  try {
    await work();
    load();
    return true;
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
    return false;
  }
}

function say(text) {
  fill(byId("said"), text ? h("div", { class: "alert alert-danger mb-3" }, text) : null);
}

function failed(error) {
  if (error.status === 404) return location.assign("/clients"); // somebody deleted it
  showFailure(byId(form ? "people" : "facts"), error, { retry: load });
}
