/** The programs that run on a device: searched, sorted, ended. */
import { confirm, toast } from "../core/dialog.js";
import { fill, h } from "../core/dom.js";
import { attempt, list, noList, number, problem, said, table, tool } from "./device_parts.js";
import { empty } from "./empty.js";

const MOST = 300; // rows shown at once
const ORDERS = {
  cpu: ["Processor", (a, b) => b.cpu - a.cpu],
  memory: ["Memory", (a, b) => b.memory - a.memory],
  name: ["Name", (a, b) => a.name.localeCompare(b.name)],
  pid: ["Process id", (a, b) => a.pid - b.pid],
};

/** The tool as a node; `show()` fetches the list the first time. */
export function processesTool(device) {
  let [processes, why] = [null, ""];
  const rows = h("div", { "aria-live": "polite" });
  const search = h("input", {
    type: "search",
    class: "form-control",
    placeholder: "Search name, user, id…",
    "aria-label": "Search programs",
    oninput: () => draw(),
  });
  const order = h(
    "select",
    { class: "form-select", "aria-label": "Sorted by", onchange: () => draw() },
    Object.entries(ORDERS).map(([key, [label]]) => h("option", { value: key }, `By ${label.toLowerCase()}`)),
  );
  const again = tool("Refresh", "refresh", () => load());
  const node = h("div", {}, h("div", { class: "cd-bar" }, search, order, again), rows);

  async function load() {
    why = await problem(again, async () => {
      processes = null;
      processes = list((await device.line.tool("process_list")).processes).map(understood);
    });
    draw();
  }

  function draw() {
    if (!processes)
      return void fill(rows, noList(why, { glyph: "terminal-2", text: "Refresh to ask the device what runs on it." }));
    const wanted = search.value.trim().toLowerCase();
    const found = processes.filter((each) => each.search.includes(wanted)).sort(ORDERS[order.value][1]);
    if (!found.length)
      return void fill(
        rows,
        empty({ glyph: "search", title: "Nothing fits", text: "No program matches what you typed." }),
      );
    const columns = [
      ["Name"],
      ["Process", "ca-number"],
      ["User"],
      ["Processor", "ca-number text-md-end"],
      ["Memory", "ca-number text-md-end"],
      ["", "w-1"],
    ];
    return void fill(
      rows,
      table(columns, found.slice(0, MOST).map(row), { caption: "Programs that run" }),
      h(
        "p",
        { class: "cd-foot text-secondary small" },
        found.length > MOST ? `The first ${MOST} of ${found.length}: search for others.` : `${found.length} programs`,
      ),
    );
  }

  function row(each) {
    return [
      h("span", { class: "ca-break fw-medium" }, each.name),
      String(each.pid),
      h("span", { class: "ca-break" }, each.user),
      each.cpu < 0 ? "–" : `${each.cpu.toFixed(1)} %`,
      each.memory < 0 ? "–" : `${Math.round(each.memory)} MB`,
      each.pid > 0
        ? tool("End", "x", (event) => end(each, event.currentTarget), {
            extra: "btn-ghost-danger",
            title: `End ${each.name}`,
            "aria-label": `End ${each.name} (${each.pid})`,
          })
        : null,
    ];
  }

  async function end(each, button) {
    const sure = await confirm({
      title: `End ${each.name}?`,
      text: `Process ${each.pid} stops at once. Whatever is not saved in it is lost.`,
      action: "End",
      danger: true,
    });
    if (!sure || !(await attempt(button, () => device.line.tool("process_kill", { pid: each.pid })))) return;
    toast(`${each.name} was ended.`, { kind: "success" });
    processes = processes.filter((one) => one.pid !== each.pid);
    draw();
  }

  return { node, show: () => (processes ? draw() : load()) };
}

function understood(each) {
  const found = {
    name: said(each?.name, { most: 120 }),
    pid: Math.trunc(number(each?.pid) ?? 0),
    user: said(each?.user, { most: 80 }),
    cpu: number(each?.cpuPercent) ?? -1,
    memory: number(each?.memoryMB) ?? -1,
  };
  return { ...found, search: `${found.name} ${found.user} ${found.pid}`.toLowerCase() };
}
