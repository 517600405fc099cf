/** A customer's devices, live: each a card. */
import { get } from "../core/api.js";
import { byId, fill, h, icon } from "../core/dom.js";
import { gently } from "../core/gently.js";
import { empty, showFailure } from "../desk/empty.js";
import { watchApprovals } from "../my/approvals.js";
import { deviceCard } from "../my/device_card.js";
import { filters } from "../core/filters.js";
import { customerLine } from "../my/line.js";
import { pager } from "../my/pager.js";
import { deviceState } from "../my/words.js";

const SHOWN = 30;
let devices = [];
let asked = 0;
const line = customerLine();
const fetchNow = () => refresh().catch((error) => showFailure(byId("devices"), error, { retry: fetchNow }));
const load = gently(fetchNow);
const later = gently(load, { wait: 5000 });
const choice = filters(() => (pages.first(), fetchNow()));
const pages = pager({ size: SHOWN, turn: fetchNow });

watchApprovals();
line.onResync(load);
line.on("device_status", note);
line.on("command_update", later);

async function refresh() {
  const mine = ++asked;
  const query = choice.chosen();
  query.set("limit", SHOWN);
  query.set("offset", pages.offset());
  const answer = await get(`/api/v1/customer/devices?${query}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (pages.show(answer.devices.length, answer.total)) return void fetchNow();
  devices = answer.devices;
  line.watch(devices.map((each) => each.id));
  byId("devices").removeAttribute("aria-busy");
  choice.show(answer.total > 0 || choice.isAny());
  show();
}

/** One device said how it is: its card at once. */
function note({ deviceId, status, lastSeen, metrics }) {
  const known = devices.find((each) => each.id === deviceId);
  if (!known) return later();
  if (status && known.status !== status) byId("told").textContent = `${known.name || known.id}: ${deviceState(status)[0]}.`;
  Object.assign(known, status && { status }, lastSeen && { lastSeen }, metrics && { metrics });
  return show();
}

function show() {
  const at = document.activeElement?.dataset?.key;
  fill(byId("devices"), devices.length ? devices.map(deviceCard) : h("div", { class: "card cm-wide" }, nothing()));
  if (at) document.querySelector(`#devices [data-key="${CSS.escape(at)}"]`)?.focus();
}

function nothing() {
  if (choice.isAny())
    return empty({
      glyph: "search",
      title: "Nothing fits",
      text: "No device of yours matches what you typed and chose.",
      action: h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show all my devices"),
    });
  return empty({
    glyph: "device-desktop",
    title: "No devices yet",
    text: "Add your first one: you name it here, get a code, and type the code into the device. Your support desk can look after it from then on.",
    action: h("a", { class: "btn btn-primary", href: "/my/add-device" }, icon("plus"), " Add the first device"),
  });
}
