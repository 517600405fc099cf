/** The list of clients: search, how many devices and people each has, and a new one. */
import { get, post } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { byId, fill, h, icon } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { empty, showFailure } from "../desk/empty.js";
import { askUntil, field } from "../desk/form_dialog.js";

const MOST = 1000;
const isAdmin = document.body.dataset.meRole === "admin";
const load = gently(() => refresh().catch(failed), { wait: 500 });

byId("search").addEventListener("input", load);
document.getElementById("new")?.addEventListener("click", create);
live().onResync(load);
live().on("clients-changed", load);

async function refresh() {
  const words = byId("search").value.trim();
  const clients = await get(`/api/clients?${new URLSearchParams({ search: words, limit: MOST })}`);
  byId("rows").removeAttribute("aria-busy");
  byId("rows").closest("table").hidden = !clients.length;
  byId("empty").hidden = clients.length > 0;
  byId("more").hidden = clients.length < MOST;
  fill(byId("rows"), clients.map(row));
  if (!clients.length) fill(byId("empty"), nothing(words));
}

function row(client) {
  const href = `/clients/${client.id}`;
  const contact = [client.contact_name, client.contact_email].filter(Boolean);
  return h(
    "tr",
    {},
    h("td", { class: "ca-break" }, h("a", { class: "fw-medium", href }, client.name), h("div", { class: "text-secondary small" }, client.slug)),
    h("td", { class: "ca-break", dataset: { label: "Contact" } }, contact.length ? contact.map((each) => h("div", {}, each)) : "–"),
    h("td", { dataset: { label: "Devices" } }, h("a", { class: "ca-number", href: `/devices?client_id=${client.id}`, "aria-label": `${client.device_count} devices of ${client.name}` }, client.device_count)),
    h("td", { class: "ca-number", dataset: { label: "Staff" } }, client.staff_count),
    h("td", {}, h("div", { class: "ca-actions flex-md-nowrap" }, actions(client))),
  );
}

function actions(client) {
  return [
    isAdmin ? h("a", { class: "btn btn-sm", href: `/clients/${client.id}/installers` }, icon("package"), " Installers") : null,
    h("a", { class: "btn btn-sm", href: `/clients/${client.id}`, "aria-label": `Open ${client.name}` }, "Open"),
  ];
}

async function create() {
  const made = await askUntil({
    title: "New client",
    action: "Make client",
    fields: (given) => [
      field("name", "Name", given.name, { maxlength: 120, required: true }),
      field("contact_name", "Contact person", given.contact_name, { maxlength: 120 }),
      field("contact_email", "E-mail", given.contact_email, { type: "email", maxlength: 254 }),
      field("notes", "Notes", given.notes, { rows: 2, maxlength: 10000 }),
    ],
    send: ({ name, contact_name, contact_email, notes }) => post("/api/clients", { name, contact_name, contact_email, notes }),
  });
  if (!made) return;
  toast(`${made.name} is there. Assign staff to it next.`, { kind: "success", action: "Open", onAction: () => location.assign(`/clients/${made.id}`) });
  load();
}

function nothing(words) {
  if (words) return empty({ glyph: "search", title: "Nothing fits", text: "No client matches what you typed." });
  return empty({
    glyph: "building",
    title: "No clients yet",
    text: isAdmin ? "Make the first one, then assign staff to it." : "Ask an administrator to assign you to a client: you see its devices and sessions then.",
    action: isAdmin ? h("button", { type: "button", class: "btn btn-primary", onclick: create }, "New client") : null,
  });
}

function failed(error) {
  byId("rows").closest("table").hidden = true;
  byId("empty").hidden = false;
  showFailure(byId("empty"), error, { retry: load });
}
