/** The commands of a device: a session to work in, a form to queue one, and what was asked for before. */
import { get } from "../core/api.js";
import { isOpen } from "../core/command_states.js";
import { fill, h, refill } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { commandRow } from "./command_row.js";
import { commandForm } from "./command_form.js";
import { deviceHeartbeat } from "./device_heartbeat.js";
import { card } from "./device_parts.js";
import { deviceSession } from "./device_session.js";
import { empty, showFailure } from "./empty.js";

const SHOWN = 25;
const REST = 4000; // ms between two loads, of four calls each
const BEATS = 30_000; // ms between two looks at the heartbeat while the tab is open

/** Show them in `place`; `count(number)` hears how many wait for the device. */
export function commandsPart(device, place, count) {
  const opened = new Map();
  const history = h("div");
  const load = gently(() => read().catch((error) => showFailure(isLaid() ? history : place, error, { retry: load })), { wait: REST });
  const session = deviceSession(device, load);
  const heartbeat = deviceHeartbeat(device);
  const form = device.mayAct ? commandForm(device, { added: load, session: () => session.current() }) : null;
  for (const event of ["command-changed", "device-session-changed"])
    live().on(event, ({ deviceId }) => deviceId === device.id && load());

  setInterval(() => !document.hidden && place.classList.contains("is-shown") && heartbeat.load().catch(() => null), BEATS);

  async function read() {
    const query = new URLSearchParams({ device_id: device.id, limit: SHOWN + 1 });
    const wanted = new URLSearchParams({ deviceId: device.id, status: "active", limit: 1 });
    const [{ commands }, { sessions }] = await Promise.all([
      get(`/api/commands?${query}`),
      get(`/api/device-sessions?${wanted}`),
      form?.learn(),
      heartbeat.load(),
    ]);
    if (!isLaid()) lay();
    session.show(sessions[0] || null, commands);
    form?.explain();
    count(commands.filter((each) => isOpen(each.state)).length);
    draw(commands);
  }

  function isLaid() {
    return history.isConnected;
  }

  function lay() {
    fill(place, heartbeat.node, card("Session", session.node), form ? card("Queue a command", form.node) : null, card("Asked for", history));
  }

  function draw(commands) {
    const rows = commands.slice(0, SHOWN).map((each) => commandRow(each, { opened, changed: load, withDevice: false }));
    const all = `/commands?device_id=${encodeURIComponent(device.id)}`;
    refill(
      history,
      rows.length ? h("ul", { class: "cq-lines" }, rows) : nothing(device),
      commands.length > SHOWN ? h("div", { class: "card-footer" }, h("a", { href: all }, "All commands of this device")) : null,
    );
  }

  return { show: load, changed: () => isLaid() && form?.explain() };
}

function nothing({ mayAct }) {
  return empty({
    glyph: "clipboard-list",
    title: "No commands yet",
    text: mayAct
      ? "Queue one above. The device does it as soon as it asks for work, also when it is offline now."
      : "What is queued for this device, and what comes of it, is shown here.",
  });
}
