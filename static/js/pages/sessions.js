/** The list of sessions, live. */
import { get } from "../core/api.js";
import { byId, fill, h } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { empty, showFailure } from "../desk/empty.js";
import { sessionRow, stateOf } from "../desk/session.js";

let sessions = [];
const load = gently(() => refresh().catch((error) => showFailure(byId("sessions"), error, { retry: load })));

byId("status").addEventListener("change", show);
live().onResync(load);
for (const event of ["session-created", "session-updated", "session-ended"]) live().on(event, load);

async function refresh() {
  sessions = (await get("/api/sessions?all=1&limit=200")).sessions;
  show();
}

function show() {
  const wanted = byId("status").value;
  const rows = sessions.filter((each) => !wanted || stateOf(each) === wanted);
  byId("sessions").removeAttribute("aria-busy");
  fill(byId("sessions"), rows.length ? rows.map(sessionRow) : nothing(wanted));
}

function nothing(wanted) {
  if (wanted && sessions.length)
    return empty({ glyph: "search", title: `No session is ${wanted}`, text: "Choose another status to see more." });
  return empty({
    glyph: "screen-share",
    title: "No sessions yet",
    text: "Make a support code, let the customer start the helper, then connect to the device.",
    action: h("a", { class: "btn btn-primary", href: "/codes" }, "Make a support code"),
  });
}
