/** The form of a new ticket. What is left to be guessed is guessed by the server, from the words. */
import { get, post } from "../core/api.js";
import { h } from "../core/dom.js";
import { askUntil, field } from "./form_dialog.js";
import { CATEGORIES, options, PRIORITIES } from "./ticket_words.js";

const FOUND = 200; // devices offered
const GUESS = ["", "Guess it for me"];

/** Ask for a ticket and open it. `clients` are [id, name]; `about` may name a device. Resolves to the ticket, or null. */
export function askNewTicket({ clients = [], about = {} } = {}) {
  return askUntil({ title: "New ticket", action: "Open ticket", given: about, fields: (given) => fields(given, clients), send });
}

function send({ title, description, device_id: device, client_id: client, priority, category, requested_by: caller }) {
  const wanted = { title, description, device_id: device, priority, category, requested_by: caller, ...(device || !client ? {} : { client_id: Number(client) }) };
  return post("/api/tickets", Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)));
}

function fields(given, clients) {
  const device = select("device_id", "Device", [h("option", { value: given.device_id || "" }, given.device_name || given.device_id || "None in particular")]);
  const client = clients.length > 1 && !given.device_name ? select("client_id", "Client", options(Object.fromEntries(clients), { chosen: given.client_id || String(clients[0][0]) })) : null;
  const form = h(
    "div",
    {},
    client,
    given.device_name ? h("p", { class: "text-secondary" }, "About ", h("bdi", {}, given.device_name), h("input", { type: "hidden", name: "device_id", value: given.device_id })) : device,
    field("title", "What is it about?", given.title, { maxlength: "500", required: true, autofocus: true }),
    field("description", "What happens, and since when?", given.description, { rows: "5", maxlength: "10000", required: true }),
    h("div", { class: "row g-3" }, h("div", { class: "col-sm-6" }, select("priority", "Priority", options(PRIORITIES, { chosen: given.priority, first: GUESS }))), h("div", { class: "col-sm-6" }, select("category", "Category", options(CATEGORIES, { chosen: given.category, first: GUESS })))),
  );
  if (!given.device_name) offer(device.querySelector("select"), client?.querySelector("select") || null, given.device_id);
  return form;
}

function select(name, label, choices) {
  const id = `ask-${name}`;
  return h("div", { class: "mb-3" }, h("label", { class: "form-label", for: id }, label), h("select", { id, name, class: "form-select" }, choices));
}

/** Offer the devices of the client that is chosen. */
function offer(list, client, chosen) {
  let asked = 0;
  async function load() {
    const mine = ++asked;
    const query = new URLSearchParams({ passwords: "false", limit: FOUND, sort: "name", ...(client ? { client_id: client.value } : {}) });
    const { devices } = await get(`/api/devices?${query}`).catch(() => ({ devices: [] })); // it can be opened without one
    if (mine !== asked) return;
    const known = Object.fromEntries(devices.map((each) => [each.device_id, [each.machine_name || each.hostname || each.display_name || each.device_id, each.customer_name].filter(Boolean).join(" · ")]));
    list.replaceChildren(...options(known, { chosen: chosen || "", first: ["", "None in particular"] }));
  }
  client?.addEventListener("change", load);
  load();
}
