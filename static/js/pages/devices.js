/** The table of devices: one page of it, as the server filters, sorts and counts; changed in place by events. What is
 * chosen stands in the address, so that it can be kept, shared and gone back to. */
import { get } from "../core/api.js";
import { byId, fill, h, refill } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { merged, understood } from "../desk/device.js";
import { askAndRemove, askNewNames } from "../desk/device_changes.js";
import { deviceRow } from "../desk/device_row.js";
import { empty, showFailure } from "../desk/empty.js";

const SHOWN = 50;
const TYPING = 300; // ms of rest before a search goes out
const FILTERS = ["search", "client", "status", "health", "platform"];
const USUAL_ORDER = "online";
let devices = [];
let total = 0;
let page = 1;
let asked = 0;
let typing = 0;
const fetchNow = () => refresh().catch((error) => showFailure(emptyPlace(true), error, { retry: fetchNow }));
const load = gently(fetchNow);
const reload = gently(load, { wait: 5000 });

read();
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("change", (event) => event.target.id !== "search" && again());
byId("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(again, TYPING);
});
byId("before").addEventListener("click", () => turn(page - 1));
byId("after").addEventListener("click", () => turn(page + 1));
addEventListener("popstate", () => {
  read();
  fetchNow();
});
live().onResync(load);
live().on("device-updated", note);

/** Take what is chosen from the address. */
function read() {
  const query = new URLSearchParams(location.search);
  for (const name of FILTERS) byId(name).value = query.get(byId(name).name) || "";
  byId("sort").value = query.get("sort") || USUAL_ORDER;
  for (const list of byId("filters").querySelectorAll("select")) if (list.selectedIndex < 0) list.selectedIndex = 0;
  page = Math.max(1, Math.min(Number.parseInt(query.get("page"), 10) || 1, 200_000));
  byId("client").hidden = byId("client").options.length < 3;
}

/** Put what is chosen into the address; as a step to go back to when `isStep`. */
function write(isStep) {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (chosen(name)) query.set(byId(name).name, chosen(name));
  if (byId("sort").value !== USUAL_ORDER) query.set("sort", byId("sort").value);
  if (page > 1) query.set("page", page);
  const address = query.size ? `${location.pathname}?${query}` : location.pathname;
  history[isStep ? "pushState" : "replaceState"](null, "", address);
}

function chosen(name) {
  return byId(name).value.trim();
}

function again() {
  page = 1;
  write(false);
  fetchNow();
}

function turn(to) {
  page = to;
  write(true);
  fetchNow();
  byId("filters").scrollIntoView({ block: "nearest" });
}

async function refresh() {
  const mine = ++asked;
  const query = new URLSearchParams({ passwords: "false", limit: SHOWN, offset: (page - 1) * SHOWN, sort: chosen("sort") });
  for (const name of FILTERS) if (chosen(name)) query.set(byId(name).name, chosen(name));
  const answer = await get(`/api/devices?${query}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (!answer.devices.length && page > 1) {
    page = Math.max(1, Math.ceil(answer.total / SHOWN));
    write(false);
    await refresh();
    return;
  }
  [devices, total] = [answer.devices.map(understood), answer.total];
  show();
}

/** One device changed: its row at once, the order and the count from the server in their time. */
function note(event) {
  const known = devices.find((each) => each.device_id === event.deviceId);
  if (!known || event.removed) return reload();
  const changed = merged(known, event);
  devices = devices.map((each) => (each === known ? changed : each));
  if (changed.isOnline !== known.isOnline) {
    byId("told").textContent = `${changed.label} is ${changed.isOnline ? "online" : "offline"}.`;
    reload();
  }
  return show();
}

function show() {
  byId("rows").removeAttribute("aria-busy");
  emptyPlace(!devices.length);
  const acts = { rename, remove, redraw: show };
  refill(byId("rows"), devices.map((each) => deviceRow(each, { acts, clientName })));
  if (!devices.length) fill(byId("empty"), nothing());
  const first = (page - 1) * SHOWN;
  byId("pager").hidden = total <= SHOWN;
  byId("place").textContent = `${first + 1}–${first + devices.length} of ${total.toLocaleString()}`;
  byId("before").disabled = page === 1;
  byId("after").disabled = first + devices.length >= total;
}

function clientName(id) {
  return [...byId("client").options].find((option) => option.value === String(id))?.text || "–";
}

async function rename(device) {
  const row = await askNewNames(device);
  if (!row) return;
  devices = devices.map((each) => (each.device_id === device.device_id ? understood({ ...each, ...row }) : each));
  show();
}

async function remove(device) {
  if (!(await askAndRemove(device))) return;
  devices = devices.filter((each) => each.device_id !== device.device_id);
  show();
  fetchNow();
}

function emptyPlace(isEmpty) {
  byId("rows").closest("table").hidden = isEmpty;
  byId("empty").hidden = !isEmpty;
  if (isEmpty) byId("pager").hidden = true;
  return byId("empty");
}

function nothing() {
  if (FILTERS.some(chosen))
    return empty({
      glyph: "search",
      title: "Nothing fits",
      text: "No device matches what you typed and chose.",
      action: h("button", { type: "button", class: "btn", onclick: clear }, "Show all devices"),
    });
  if (byId("client").options.length < 2)
    return empty({
      glyph: "device-desktop",
      title: "No client is assigned to you",
      text: "Ask an administrator to assign you to a client: you see its devices here then.",
    });
  const role = document.body.dataset.meRole;
  const ways = [
    role === "viewer" ? null : h("a", { class: "btn btn-primary", href: "/codes" }, "Make a support code"),
    role === "admin" ? h("a", { class: "btn", href: "/clients" }, "Make an installer") : null,
  ];
  return empty({
    glyph: "device-desktop",
    title: "No devices yet",
    text: "A computer appears here when somebody starts the helper on it: with a support code for once, from an installer to be looked after.",
    action: h("div", { class: "ca-actions justify-content-center" }, ways),
  });
}

function clear() {
  for (const name of FILTERS) byId(name).value = "";
  again();
}
