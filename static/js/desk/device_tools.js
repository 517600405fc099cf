/** Tools that run on the device now: its programs, its services, its event log. One at a time, asked for by name. */
import { fill, h } from "../core/dom.js";
import { eventsTool } from "./device_events.js";
import { sayOffline } from "./device_parts.js";
import { processesTool } from "./device_processes.js";
import { servicesTool } from "./device_services.js";
import { empty } from "./empty.js";

const TOOLS = [
  ["Programs", processesTool],
  ["Services", servicesTool],
  ["Event log", eventsTool],
];

/** Show the tools in `place`. */
export function toolsPart(device, place) {
  if (!device.mayAct) return { show: () => fill(place, forbidden()) };
  let [at, wasWhyNot] = [0, null];
  const made = TOOLS.map(() => null);

  function show() {
    const { whyNot } = device.row;
    if (whyNot === wasWhyNot && place.querySelector(".cd-tool")) return;
    wasWhyNot = whyNot;
    if (!device.isOnline) sayOffline(place, "Tools need the device");
    else if (whyNot) sayOffline(place, "Tools need the helper", `${whyNot}.`);
    else lay();
  }

  function lay() {
    const body = h("div", { class: "cd-tool" });
    const buttons = TOOLS.map(([name], index) =>
      h(
        "button",
        {
          type: "button",
          class: "btn btn-sm",
          "aria-pressed": String(index === at),
          onclick: () => ((at = index), lay()),
        },
        name,
      ),
    );
    made[at] = made[at] || TOOLS[at][1](device);
    fill(
      place,
      h(
        "div",
        { class: "card" },
        h(
          "div",
          { class: "card-header" },
          h("div", { class: "btn-group", role: "group", "aria-label": "Tool" }, buttons),
        ),
        body,
      ),
    );
    fill(body, made[at].node);
    made[at].show();
  }

  return { show, changed: () => place.classList.contains("is-shown") && show() };
}

function forbidden() {
  return h(
    "div",
    { class: "card" },
    empty({
      glyph: "lock",
      title: "For technicians",
      text: "Your account looks at devices; running tools on them takes a technician's.",
    }),
  );
}
