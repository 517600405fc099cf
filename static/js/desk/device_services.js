/** The services of a device: searched, started, stopped, restarted. */
import { confirm, toast } from "../core/dialog.js";
import { fill, h } from "../core/dom.js";
import { attempt, list, noList, problem, said, table, tool } from "./device_parts.js";
import { empty } from "./empty.js";

const MOST = 300; // rows shown at once
const WORDS = {
  start: ["Start", "started", "player-play"],
  stop: ["Stop", "stopped", "player-stop"],
  restart: ["Restart", "restarted", "refresh"],
};

/** The tool as a node; `show()` fetches the list the first time. */
export function servicesTool(device) {
  let [services, why] = [null, ""];
  const rows = h("div", { "aria-live": "polite" });
  const search = h("input", {
    type: "search",
    class: "form-control",
    placeholder: "Search services…",
    "aria-label": "Search services",
    oninput: () => draw(),
  });
  const filter = h(
    "select",
    { class: "form-select", "aria-label": "State", onchange: () => load() },
    [
      ["all", "All"],
      ["running", "Running"],
      ["stopped", "Stopped"],
    ].map(([value, label]) => h("option", { value }, label)),
  );
  const again = tool("Refresh", "refresh", () => load());
  const node = h("div", {}, h("div", { class: "cd-bar" }, search, filter, again), rows);

  async function load() {
    why = await problem(again, async () => {
      services = null;
      services = list((await device.line.tool("service_list", { filter: filter.value })).services);
    });
    draw();
  }

  function draw() {
    if (!services)
      return void fill(rows, noList(why, { glyph: "settings", text: "Refresh to ask the device for its services." }));
    const wanted = search.value.trim().toLowerCase();
    const found = services.filter((each) => `${each?.name} ${each?.displayName}`.toLowerCase().includes(wanted));
    if (!found.length)
      return void fill(
        rows,
        empty({ glyph: "search", title: "Nothing fits", text: "No service matches what you typed and chose." }),
      );
    const columns = [["Service"], ["State"], ["Starts"], ["", "w-1"]];
    return void fill(
      rows,
      table(columns, found.slice(0, MOST).map(row), { caption: "Services" }),
      h(
        "p",
        { class: "cd-foot text-secondary small" },
        found.length > MOST ? `The first ${MOST} of ${found.length}: search for others.` : `${found.length} services`,
      ),
    );
  }

  function row(each) {
    const isRunning = String(each?.status).toLowerCase() === "running";
    return [
      h(
        "div",
        { class: "ca-break" },
        h("b", { class: "fw-medium" }, said(each?.displayName || each?.name, { most: 160 })),
        h("div", { class: "text-secondary small" }, said(each?.name, { most: 120 })),
      ),
      h("span", {}, h("span", { class: isRunning ? "ca-dot ca-dot-on" : "ca-dot" }), said(each?.status, { most: 30 })),
      said(each?.startType, { most: 30 }),
      h(
        "div",
        { class: "ca-actions flex-md-nowrap" },
        (isRunning ? ["restart", "stop"] : ["start"]).map((action) => button(each, action)),
      ),
    ];
  }

  function button(each, action) {
    const name = String(each?.name ?? "");
    const [label, , glyph] = WORDS[action];
    return tool(label, glyph, (event) => act(name, action, event.currentTarget), {
      title: `${label} ${name}`,
      "aria-label": `${label} ${name}`,
    });
  }

  async function act(name, action, at) {
    const [label, done] = WORDS[action];
    const text = action === "start" ? "" : "Whatever uses this service on the device is interrupted.";
    if (action !== "start" && !(await confirm({ title: `${label} ${name}?`, text, action: label, danger: true })))
      return;
    if (!(await attempt(at, () => device.line.tool("service_action", { serviceName: name, action })))) return;
    toast(`${name} was ${done}.`, { kind: "success" });
    load();
  }

  return { node, show: () => (services ? draw() : load()) };
}
