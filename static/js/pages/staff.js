/** Who works here: accounts are made, changed, closed and opened again, and unlinked from a sign-in provider. */
import { del, get, post, put, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { byId, h, icon, refill, since } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { showFailure } from "../desk/empty.js";
import { askUntil, field } from "../desk/form_dialog.js";
import { madeUp, showOnce } from "../desk/password.js";

const ROLES = {
  technician: "Technician: works with the devices of their clients",
  viewer: "Viewer: looks, and changes nothing",
  admin: "Administrator: everything, for every client",
};
const me = Number(document.body.dataset.meId);
let clients = [];
const load = gently(() => refresh().catch(failed));

byId("new").addEventListener("click", create);
live().onResync(load);
live().on("staff-changed", load);
live().on("clients-changed", load);

async function refresh() {
  const [staff, known] = await Promise.all([get("/api/admin/users"), get("/api/clients")]);
  clients = known;
  byId("rows").removeAttribute("aria-busy");
  byId("rows").closest("table").hidden = false;
  byId("empty").hidden = true;
  refill(byId("rows"), staff.sort((a, b) => b.is_active - a.is_active || a.display_name.localeCompare(b.display_name)).map(row));
}

function row(person) {
  return h(
    "tr",
    { class: person.is_active ? "" : "text-secondary" },
    h(
      "td",
      { class: "ca-break" },
      h("b", { class: "fw-medium" }, person.display_name),
      person.id === me ? h("span", { class: "text-secondary" }, " (you)") : null,
      h("div", { class: "text-secondary small" }, [person.username, person.email].filter(Boolean).join(" · ")),
    ),
    h(
      "td",
      { dataset: { label: "Role" } },
      h(
        "div",
        { class: "d-inline-flex flex-wrap gap-1" },
        h("span", { class: `ca-state ${person.role === "admin" ? "ca-state-connected" : ""}` }, person.role),
        person.is_active ? null : h("span", { class: "ca-state ca-state-waiting" }, "closed"),
        person.linked ? h("span", { class: "ca-state", title: "Linked with an account at the sign-in provider" }, "linked") : null,
      ),
    ),
    h("td", { class: "ca-break", dataset: { label: "Clients" } }, sees(person)),
    h("td", { dataset: { label: "Last sign-in" } }, since(person.last_login, { never: "never" })),
    h("td", {}, h("div", { class: "ca-actions flex-md-nowrap" }, actions(person))),
  );
}

function sees(person) {
  if (person.role === "admin") return "all";
  const names = person.clients.map((each) => each.name);
  if (!names.length) return h("span", { class: "text-secondary" }, "none yet");
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

function actions(person) {
  const small = (name, glyph, label, onclick, extra = "") =>
    h(
      "button",
      { type: "button", class: `btn btn-sm btn-icon ${extra}`, title: label, "aria-label": `${label}: ${person.display_name}`, dataset: { key: `${name} ${person.id}` }, onclick },
      icon(glyph),
    );
  return [
    small("edit", "edit", "Change", () => change(person)),
    person.is_active ? small("key", "key", "New password", () => renew(person)) : null,
    person.linked ? small("unlink", "link-off", "Unlink from the sign-in provider", () => unlink(person)) : null,
    person.id === me ? null : person.is_active
      ? small("close", "lock", "Close the account", () => close(person), "btn-ghost-danger")
      : small("open", "lock-open", "Open the account again", () => attempt(() => put(path(person), { is_active: true }), `${person.display_name} may sign in again.`)),
  ];
}

async function create() {
  const made = await askUntil({
    title: "New account",
    action: "Make account",
    given: { password: madeUp(), role: "technician", client_ids: clients.length === 1 ? [clients[0].id] : [] },
    fields: (given) => [
      pair(
        field("username", "User name", given.username, { maxlength: 80, required: true, spellcheck: "false", hint: "They sign in with it." }),
        field("display_name", "Name", given.display_name, { maxlength: 120, hint: "Customers are shown it." }),
      ),
      pair(
        field("password", "Password", given.password, { minlength: 10, maxlength: 256, spellcheck: "false", hint: "Made up just now, or yours: at least 10 characters." }),
        field("email", "E-mail", given.email, { type: "email", maxlength: 254, hint: "A sign-in provider knows them by it." }),
      ),
      roleAndClients(given),
    ],
    send: async (values) => {
      const { username, display_name, email, password } = values;
      const row = await post("/api/admin/users", { username, display_name, email, password, ...chosen(values) });
      return { username: row.username, name: row.display_name, password };
    },
  });
  if (!made) return;
  load();
  await showOnce({ title: `${made.name} can sign in now`, ...made });
}

async function change(person) {
  const done = await askUntil({
    title: `Change ${person.display_name}`,
    action: "Save",
    given: { ...person, client_ids: person.clients.map((each) => each.id) },
    fields: (given) => [
      field("display_name", "Name", given.display_name, { maxlength: 120 }),
      field("email", "E-mail", given.email, { type: "email", maxlength: 254 }),
      roleAndClients(given),
    ],
    send: (values) => put(path(person), { display_name: values.display_name, email: values.email, ...chosen(values) }),
  });
  if (done) toast("Saved. It is in force on their open pages too.", { kind: "success" });
  if (done) load();
}

function pair(...fields) {
  return h("div", { class: "row gx-3" }, fields.map((each) => h("div", { class: "col-sm-6" }, each)));
}

function roleAndClients(given) {
  const picked = new Set(given.form ? given.form.getAll("client").map(Number) : given.client_ids || []);
  const list = h(
    "fieldset",
    { class: "mb-0" },
    h("legend", { class: "form-label" }, "Clients"),
    h(
      "div",
      { class: "ca-choices" },
      clients.map((each) =>
        h("label", { class: "form-check" }, h("input", { type: "checkbox", class: "form-check-input", name: "client", value: String(each.id), checked: picked.has(each.id) }), h("span", { class: "form-check-label ca-break" }, each.name)),
      ),
    ),
  );
  const roles = h(
    "select",
    { id: "ask-role", name: "role", class: "form-select", onchange: (event) => (list.hidden = event.target.value === "admin") },
    Object.entries(ROLES).map(([value, words]) => h("option", { value, selected: value === given.role }, words)),
  );
  list.hidden = given.role === "admin";
  return [h("div", { class: "mb-3" }, h("label", { class: "form-label", for: "ask-role" }, "Role"), roles), list];
}

function chosen(values) {
  return { role: values.role, client_ids: values.form.getAll("client").map(Number) };
}

async function renew(person) {
  const made = await askUntil({
    title: `New password for ${person.display_name}`,
    action: "Set password",
    given: { password: madeUp() },
    fields: (given) => field("password", "Password", given.password, { minlength: 10, maxlength: 256, spellcheck: "false", hint: `All sign-ins of theirs${person.id === me ? " but this one" : ""} end.` }),
    send: async ({ password }) => ((await put(path(person), { password })), password),
  });
  if (made) await showOnce({ title: `${person.display_name} has a new password`, username: person.username, password: made });
}

async function close(person) {
  const text = "They are signed out everywhere at once, and sessions that they are in lose them. What they did stays on record. You can open the account again.";
  if (await confirm({ title: `Close the account of ${person.display_name}?`, text, action: "Close account", danger: true }))
    await attempt(() => del(path(person)), `The account of ${person.display_name} is closed.`);
}

async function unlink(person) {
  const text = "The next sign-in from the provider with this e-mail address links the account anew.";
  if (await confirm({ title: `Unlink ${person.display_name}?`, text, action: "Unlink" })) await attempt(() => del(`${path(person)}/links`), "Unlinked.");
}

async function attempt(work, words) {
  try {
    await work();
    toast(words, { kind: "success" });
    load();
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}

function path(person) {
  return `/api/admin/users/${person.id}`;
}

function failed(error) {
  byId("rows").closest("table").hidden = true;
  byId("empty").hidden = false;
  showFailure(byId("empty"), error, { retry: load });
}
