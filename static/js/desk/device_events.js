/** A question to the event log of a device: which log, how bad, how far back. */
import { fill, h } from "../core/dom.js";
import { events } from "./device_findings.js";
import { list, noList, problem, tool } from "./device_parts.js";
import { empty } from "./empty.js";

const LOGS = ["System", "Application", "Security", "Setup"];
const LEVELS = ["Error", "Warning", "Information", "All"];
const SPANS = [
  [1, "Last hour"],
  [24, "Last day"],
  [72, "Last 3 days"],
  [168, "Last week"],
];

/** The tool as a node. */
export function eventsTool(device) {
  const choice = (label, options, chosen) =>
    h(
      "select",
      { class: "form-select", "aria-label": label },
      options.map(([value, words]) => h("option", { value: String(value), selected: value === chosen }, words)),
    );
  const log = choice(
    "Log",
    LOGS.map((each) => [each, each]),
    "System",
  );
  const level = choice(
    "Level",
    LEVELS.map((each) => [each, each === "All" ? "Everything" : `${each} and worse`]),
    "Warning",
  );
  const hours = choice("Time", SPANS, 24);
  const rows = h("div", { "aria-live": "polite" });
  const ask = tool("Look", "search", () => load(), { extra: "btn-primary" });
  const node = h("div", {}, h("div", { class: "cd-bar" }, log, level, hours, ask), rows);

  async function load() {
    const params = { logName: log.value, level: level.value, hours: Number(hours.value), maxEvents: 100 };
    const why = await problem(ask, async () => {
      const found = list((await device.line.tool("event_log_query", params)).events);
      fill(
        rows,
        found.length
          ? events(found)
          : empty({ glyph: "circle-check", title: "Nothing there", text: "No such event in that time." }),
      );
    });
    if (why) fill(rows, noList(why, {}));
  }

  fill(
    rows,
    empty({
      glyph: "history",
      title: "Ask the event log",
      text: "Choose a log, how bad it must be and how far back, then look.",
    }),
  );
  return { node, show() {} };
}
