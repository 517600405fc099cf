/** The open alerts, live: who looks after which, and those that are well again. */
import { get } from "../core/api.js";
import { byId, refill } from "../core/dom.js";
import { keepFresh } from "../core/format.js";
import { gently, live } from "../core/live.js";
import { alertRow } from "../desk/alert_row.js";
import { empty, showFailure } from "../desk/empty.js";

const PAGE = 50;
const MOST = 500;
const NOTHING = {
  open: ["All is well", "No check found trouble, and no managed computer is missing. New alerts appear here by themselves."],
  active: ["Nothing waits for anybody", "Every open alert has somebody who looks after it."],
  acknowledged: ["Nobody looks after an alert", "Choose “I look after it” at an open alert: colleagues see it here then."],
  resolved: ["Nothing was resolved yet", "Alerts that are well again are kept here for a while."],
};
let shown = PAGE;
let asked = 0;
const load = gently(() => refresh().catch((error) => showFailure(byId("alerts"), error, { retry: load })));

byId("status").value = new URLSearchParams(location.search).get("status") || "open";
if (byId("status").selectedIndex < 0) byId("status").value = "open";
byId("status").addEventListener("change", () => {
  shown = PAGE;
  history.replaceState(null, "", byId("status").value === "open" ? location.pathname : `?status=${byId("status").value}`);
  refresh().catch((error) => showFailure(byId("alerts"), error, { retry: load }));
});
byId("older").addEventListener("click", () => {
  shown = Math.min(shown + PAGE, MOST - 1);
  load();
});
live().onResync(load);
live().on("alert-changed", ({ severity, status, message }) => {
  if (status === "active") byId("told").textContent = `${severity}: ${message}`;
  load();
});
keepFresh();

async function refresh() {
  const mine = ++asked;
  const status = byId("status").value;
  const alerts = await get(`/api/alerts?${new URLSearchParams({ status, limit: shown + 1 })}`);
  if (mine !== asked) return; // another choice was made meanwhile
  const place = byId("alerts");
  place.removeAttribute("aria-busy");
  byId("more").hidden = alerts.length <= shown || shown >= MOST - 1;
  const [title, text] = NOTHING[status];
  const rows = alerts.slice(0, shown).map((each) => alertRow(each, { onChanged: load }));
  refill(place, rows.length ? rows : empty({ glyph: "circle-check", title, text }));
}
