/** What was done in one session, step by step, live while it goes on. */
import { get } from "../core/api.js";
import { byId, h, refill } from "../core/dom.js";
import { empty } from "../desk/empty.js";
import { watchApprovals } from "../my/approvals.js";
import { customerLine } from "../my/line.js";
import { loader } from "../my/loading.js";
import { aboutSession } from "../my/session.js";
import { steps } from "../my/steps.js";
import { SESSION } from "../my/words.js";

const { sessionId } = byId("sitting").dataset;
const opened = new Set();
const line = customerLine();
const load = loader(byId("steps"), read, { wait: 1000 });

watchApprovals({ sessionId });
line.onResync(load);
line.on("command_update", (event) => event.sessionId === sessionId && load());
line.on("session_update", (event) => event.sessionId === sessionId && load());

async function read() {
  const { session } = await get(`/api/v1/customer/sessions/${encodeURIComponent(sessionId)}`);
  byId("head").removeAttribute("aria-busy");
  refill(
    byId("head"),
    h("h1", { class: "ca-break" }, SESSION[session.type] || "Session", " of ", h("a", { href: `/my/devices/${encodeURIComponent(session.deviceId)}` }, session.deviceName || session.deviceId)),
    aboutSession(session, load),
  );
  byId("steps").removeAttribute("aria-busy");
  refill(byId("steps"), session.commands.length ? steps(session.commands, opened) : nothing(session));
}

function nothing({ status }) {
  return status === "active"
    ? empty({ glyph: "hourglass", title: "Nothing has been done yet", text: "Your support desk sees that help was asked for. Each step appears here by itself." })
    : empty({ glyph: "history", title: "Nothing was done", text: "This session ended before anything was run on the device." });
}
