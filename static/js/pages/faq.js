/** The knowledge base: searched, written, switched off and tried; and what tickets and cases propose for it. */
import { del, get, post, put, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, byId, h, refill } from "../core/dom.js";
import { filters } from "../core/filters.js";
import { gently, live } from "../core/live.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";
import { askEntry } from "../desk/faq_dialog.js";
import { faqRow } from "../desk/faq_entry.js";
import { faqProposals } from "../desk/faq_proposals.js";
import { faqTrial } from "../desk/faq_trial.js";
import { tabs } from "../desk/tabs.js";

const AT_ONCE = 50;
const PATH = "/api/chatbot/faqs";
const isAdmin = document.body.dataset.meRole === "admin";
const clients = [...byId("client").options].filter((each) => Number(each.value)).map((each) => [Number(each.value), each.textContent]);
const nameOf = (id) => clients.find(([known]) => known === id)?.[1] || "";
let [entries, shown, asked, categories] = [[], AT_ONCE, 0, []];
const wantedCategory = new URLSearchParams(location.search).get("category");
if (wantedCategory) byId("category").append(h("option", { value: wantedCategory }, wantedCategory));
const choice = filters(() => ((shown = AT_ONCE), fetchNow()));
const load = gently(fetchNow);
const proposals = faqProposals({ nameOf, categories: () => categories, accepted: load });
const loadProposals = gently(proposals.load, { wait: 1000 });

faqTrial({ open: (id) => edit(entries.find((each) => each.id === id) || id) });
tabs(byId("tabs"), { opened: () => {} });
document.getElementById("new")?.addEventListener("click", () => create());
byId("more").firstElementChild.addEventListener("click", () => ((shown += AT_ONCE), draw()));
live().onResync(() => (load(), loadProposals()));
live().on("faq-proposals-changed", loadProposals);

async function fetchNow() {
  const mine = ++asked;
  try {
    const [known, on, off] = await Promise.all([get(`${PATH}/categories`), list("off"), list("on")]);
    if (mine !== asked) return; // something else was asked for meanwhile
    learn(known);
    entries = [...on, ...off].filter(isWanted);
    draw();
  } catch (error) {
    if (mine === asked) showFailure(byId("entries"), error, { retry: fetchNow });
  }
}

/** The entries in use, or those that are not; none of a kind that nobody wants to see. */
async function list(unwanted) {
  if (byId("state").value === unwanted) return [];
  const query = new URLSearchParams({ search: byId("search").value.trim(), category: byId("category").value });
  if (unwanted === "on") query.set("withdrawn", "1");
  return get(`${PATH}?${query}`);
}

function isWanted(entry) {
  const whose = byId("client").value;
  return !whose || (whose === "everybody" ? entry.client_id === null : entry.client_id === Number(whose));
}

function learn(known) {
  categories = known;
  const there = new Set([...byId("category").options].map((each) => each.value));
  byId("category").append(...known.filter((each) => !there.has(each)).map((each) => h("option", { value: each }, each)));
}

function draw() {
  const place = byId("entries");
  place.removeAttribute("aria-busy");
  byId("count").textContent = entries.length ? `${entries.length.toLocaleString()} ${entries.length === 1 ? "entry" : "entries"}` : "";
  byId("more").hidden = entries.length <= shown;
  const options = { edit, toggle, tagged, remove: isAdmin ? remove : null };
  refill(place, entries.length ? entries.slice(0, shown).map((each) => faqRow(each, { ...options, whose: nameOf(each.client_id), may: may(each) })) : nothing());
}

/** Everybody's entries are an administrator's to change, a client's also their technicians'. */
function may(entry) {
  return mayAct() && (isAdmin || entry.client_id !== null);
}

function tagged(tag) {
  byId("search").value = tag;
  byId("search").dispatchEvent(new Event("input", { bubbles: true }));
}

async function create(given = {}) {
  const client = Number(byId("client").value) || (isAdmin ? null : clients[0]?.[0]);
  const made = await askEntry({ title: "New entry", action: "Save", given: { client_id: client, category: byId("category").value, ...given }, clients, categories, send: (entry) => post(PATH, entry) });
  if (!made) return;
  toast("The assistant knows it from now on.", { kind: "success" });
  load();
}

async function edit(entry) {
  const found = typeof entry === "object" ? entry : await get(`${PATH}/${entry}`).catch((error) => void toast(sentence(error), { kind: "danger" }));
  if (!found) return;
  if (!may(found)) return void toast("This entry is everybody’s: an administrator can change it.");
  const saved = await askEntry({ title: "Edit entry", action: "Save", given: found, clients, categories, send: (changed) => put(`${PATH}/${found.id}`, { ...changed, version: found.version }) });
  if (saved) toast("Saved.", { kind: "success" });
  load();
}

async function toggle(entry, button) {
  try {
    await busy(button, () => (entry.is_active ? del(`${PATH}/${entry.id}`) : put(`${PATH}/${entry.id}`, { is_active: true })));
    if (entry.is_active) toast("The assistant does not use it any more.", { action: "Undo", onAction: () => toggle({ ...entry, is_active: false }, button) });
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
  load();
}

async function remove(entry, button) {
  const text = `“${entry.question}” is gone for good then, with its answer. Switched off, the assistant doesn’t use it either, and it can come back.`;
  if (!(await confirm({ title: "Delete this entry for good?", text, action: "Delete for good", danger: true }))) return;
  try {
    await busy(button, () => del(`${PATH}/${entry.id}/for-good`));
    toast("The entry is deleted.");
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
  load();
}

function nothing() {
  if (choice.isAny()) return empty({ glyph: "search", title: "Nothing fits", text: "No entry matches what you typed and chose.", action: h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show all") });
  return empty({
    glyph: "help-circle",
    title: "The assistant knows nothing yet",
    text: "Write down what people ask you most, with the answer that you would give them.",
    action: mayAct() ? h("button", { type: "button", class: "btn btn-primary", onclick: () => create() }, "New entry") : null,
  });
}
