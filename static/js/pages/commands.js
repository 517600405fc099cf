/** The queue of commands, live: a page of it, as the server filters; dead letters are sent again one by one or together. */
import { get, post, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, byId, h, refill } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { commandRow, undelivered } from "../desk/command_row.js";
import { empty, mayAct, showFailure } from "../desk/empty.js";
import { filters } from "../core/filters.js";

const SHOWN = 50;
const opened = new Map();
const chosen = new Set();
let [commands, offset, asked, hasMore] = [[], 0, 0, false];
const fetchNow = () => refresh().catch((error) => showFailure(byId("commands"), error, { retry: fetchNow }));
const load = gently(fetchNow, { wait: 2500 });
await learnTypes();
const choice = filters(again);

byId("newer").addEventListener("click", () => turn(offset - SHOWN));
byId("older").addEventListener("click", () => turn(offset + SHOWN));
byId("show-dead").addEventListener("click", showDead);
byId("all").addEventListener("change", chooseAll);
byId("redrive").addEventListener("click", redrive);
live().onResync(load);
live().on("command-changed", note);

/** The types that were asked for lately, before the choices are taken from the address. */
async function learnTypes() {
  const { types } = await get("/api/commands/types").catch(() => ({ types: [] }));
  const wanted = new URLSearchParams(location.search).get("type");
  for (const type of new Set(wanted ? [...types, wanted] : types)) byId("type").append(h("option", { value: type }, type));
}

async function refresh() {
  const mine = ++asked;
  const query = choice.chosen();
  query.set("limit", SHOWN + 1);
  query.set("offset", offset);
  const answer = await get(`/api/commands?${query}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (!answer.commands.length && offset) return turn(Math.max(0, offset - SHOWN));
  commands = answer.commands.slice(0, SHOWN).map((each) => ({ ...each, device_name: answer.devices[each.device_id]?.name }));
  hasMore = answer.commands.length > SHOWN;
  tellOfDead(answer.counts.dead);
  show();
}

/** One command changed: its row at once, the list from the server in its time. */
function note({ commandId, state, attempts }) {
  const known = commands.find((each) => each.id === commandId);
  if (known && known.state !== state) {
    Object.assign(known, { state, attempts });
    show();
  }
  load();
}

function show() {
  const isDead = byId("state").value === "dead" && mayAct();
  byId("commands").removeAttribute("aria-busy");
  for (const id of chosen) if (!commands.some((each) => each.id === id && each.state === "dead")) chosen.delete(id);
  const options = { opened, changed: fetchNow, ...(isDead ? { chosen, onChosen: showChosen } : {}) };
  refill(byId("commands"), commands.length ? h("ul", { class: "cq-lines" }, commands.map((each) => commandRow(each, options))) : nothing());
  byId("many").hidden = !isDead || !commands.length;
  byId("pager").hidden = !offset && !hasMore;
  byId("place").textContent = `${offset + 1}–${offset + commands.length}`;
  byId("newer").disabled = !offset;
  byId("older").disabled = !hasMore;
  showChosen();
}

function tellOfDead(count) {
  byId("dead").hidden = !count || byId("state").value === "dead";
  byId("dead-count").textContent = undelivered(count);
  const option = byId("state").querySelector("[value=dead]");
  option.textContent = count ? `Dead letters (${count.toLocaleString()})` : "Dead letters";
}

function showDead() {
  byId("state").value = "dead";
  byId("state").dispatchEvent(new Event("change", { bubbles: true }));
  byId("state").focus();
}

function showChosen() {
  const dead = commands.filter((each) => each.state === "dead");
  byId("all").checked = dead.length > 0 && chosen.size === dead.length;
  byId("all").indeterminate = chosen.size > 0 && chosen.size < dead.length;
  byId("chosen").textContent = chosen.size ? `${chosen.size} chosen` : "";
  byId("redrive").disabled = !chosen.size;
}

function chooseAll() {
  const isWanted = byId("all").checked;
  chosen.clear();
  if (isWanted) for (const each of commands) if (each.state === "dead") chosen.add(each.id);
  show();
}

async function redrive() {
  try {
    const { redriven, refused } = await busy(byId("redrive"), () => post("/api/commands/redrive", { ids: [...chosen] }));
    const left = Object.keys(refused).length;
    toast(`${redriven} sent again${left ? `; ${left} could not be: the device is gone, or somebody was faster` : ""}.`, { kind: left ? "info" : "success" });
    chosen.clear();
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
  fetchNow();
}

function again() {
  offset = 0;
  chosen.clear();
  fetchNow();
}

function turn(to) {
  offset = Math.max(0, to);
  chosen.clear();
  return fetchNow();
}

function nothing() {
  if (byId("state").value === "dead" && choice.chosen().size === 1)
    return empty({ glyph: "circle-check", title: "No dead letters", text: "Whatever devices took, they answered. A command that is delivered five times without an answer would wait here for you." });
  if (choice.isAny())
    return empty({
      glyph: "search",
      title: "Nothing fits",
      text: "No command matches what you typed and chose.",
      action: h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show all commands"),
    });
  return empty({
    glyph: "clipboard-list",
    title: "No commands yet",
    text: "A command is one piece of work for a device, done as soon as the device asks for it. Queue one on a device’s page, under Commands.",
    action: h("a", { class: "btn btn-primary", href: "/devices" }, "To the devices"),
  });
}
