/** When devices of the customer's were examined and repaired, newest first, live. */
import { get } from "../core/api.js";
import { byId, h, refill } from "../core/dom.js";
import { empty } from "../desk/empty.js";
import { watchApprovals } from "../my/approvals.js";
import { filters } from "../core/filters.js";
import { customerLine } from "../my/line.js";
import { loader } from "../my/loading.js";
import { pager } from "../my/pager.js";
import { sessionRow } from "../my/session.js";

const SHOWN = 25;
let asked = 0;
const line = customerLine();
const load = loader(byId("sessions"), refresh, { wait: 1000 });
const choice = filters(() => (pages.first(), load()));
const pages = pager({ size: SHOWN, turn: load });

watchApprovals({ isShort: true });
line.onResync(load);
line.on("session_update", load);

async function refresh() {
  const mine = ++asked;
  const query = choice.chosen();
  query.set("limit", SHOWN);
  query.set("page", pages.offset() / SHOWN + 1);
  const { sessions, totalCount, devices } = await get(`/api/v1/customer/sessions?${query}`);
  if (mine !== asked) return; // something else was asked for meanwhile
  if (pages.show(sessions.length, totalCount)) return refresh();
  byId("sessions").removeAttribute("aria-busy");
  choice.show(totalCount > 0 || choice.isAny());
  refill(byId("sessions"), sessions.length ? sessions.map((each) => sessionRow({ ...each, deviceName: devices[each.deviceId]?.name })) : nothing());
}

function nothing() {
  if (choice.isAny())
    return empty({
      glyph: "search",
      title: "Nothing fits",
      text: "Nothing in the history matches what you typed and chose.",
      action: h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show everything"),
    });
  return empty({
    glyph: "history",
    title: "Nothing was done yet",
    text: "Open one of your devices and ask for help: what is done then is kept here.",
    action: h("a", { class: "btn btn-primary", href: "/my/devices" }, "To my devices"),
  });
}
