/** A customer's devices, live: each a card. */
import { get } from "../core/api.js";
import { byId, h, icon, refill } from "../core/dom.js";
import { gently } from "../core/gently.js";
import { empty } from "../desk/empty.js";
import { watchApprovals } from "../my/approvals.js";
import { deviceCard } from "../my/device_card.js";
import { filters } from "../core/filters.js";
import { customerLine } from "../my/line.js";
import { loader } from "../my/loading.js";
import { pager } from "../my/pager.js";
import { deviceState, standing, told } from "../my/words.js";

const SHOWN = 30;
let devices = [];
let asked = 0;
const line = customerLine();
const load = loader(byId("devices"), refresh, { wait: 1000 });
const later = gently(load, { wait: 5000 });
const choice = filters(() => (pages.first(), load()));
const pages = pager({ size: SHOWN, turn: load });

watchApprovals();
line.onResync(load);
line.on("device_status", note);
line.on("command_update", later);
line.on("session_update", later);

async function refresh() {
  const mine = ++asked;
  const query = choice.chosen();
  query.set("limit", SHOWN);
  query.set("offset", pages.offset());
  const answer = await get(`/api/v1/customer/devices?${query}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (pages.show(answer.devices.length, answer.total)) return refresh();
  devices = answer.devices;
  byId("devices").removeAttribute("aria-busy");
  choice.show(answer.total > 0 || choice.isAny());
  show();
}

/** One device said how it is: its card at once. */
function note({ deviceId, ...news }) {
  const known = devices.find((each) => each.id === deviceId);
  if (!known) return later();
  const before = standing(known);
  Object.assign(known, told(news));
  if (standing(known) !== before) byId("told").textContent = `${known.name || known.id}: ${deviceState(standing(known))[0]}.`;
  later();
  return show();
}

function show() {
  refill(byId("devices"), devices.length ? devices.map(deviceCard) : h("div", { class: "card cm-wide" }, nothing()));
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
    text: "Add your first one: you name it here, get a code, and type the code into the device. Your support desk can look after it from then on. Were you given a 6-digit code on the phone? With that one a technician sees this computer’s screen at once, and nothing needs to be added.",
    action: h("div", { class: "ca-actions justify-content-center" }, h("a", { class: "btn btn-primary", href: "/my/add-device" }, icon("plus"), " Add the first device"), h("a", { class: "btn", href: "/" }, icon("headset"), " I have a 6-digit code")),
  });
}
