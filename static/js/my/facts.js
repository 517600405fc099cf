/** What a device or a command holds, whatever its shape, as readable lines. All of it is text from elsewhere. */
import { h } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { printed, seen } from "../core/printed.js";
import { plainKey } from "./words.js";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const LINES = 60;
const DEEPEST = 3;

/** An object as a list of names and values, after the nodes `first`; anything else as one value. */
export function facts(value, { most = LINES, depth = 0, first = [] } = {}) {
  if (!isObject(value) || depth >= DEEPEST) return one(value);
  const entries = Object.entries(value);
  if (!entries.length && !first.length) return "–";
  const rows = entries.slice(0, most).map(([name, each]) => [
    h("dt", { class: "ca-break", title: seen(name) }, seen(plainKey(name)).slice(0, 80)),
    h("dd", { class: "ca-break" }, facts(each, { most, depth: depth + 1 })),
  ]);
  return h(
    "div",
    {},
    h("dl", { class: "cm-facts" }, first, rows),
    entries.length > most ? h("p", { class: "text-secondary small mb-0" }, `and ${entries.length - most} more`) : null,
  );
}

function one(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return seen(value.join(", ")) || "–";
  if (typeof value === "object") return printed(JSON.stringify(value, null, 2));
  const text = MOMENT.test(value) ? dateTime(value) : seen(value);
  return text.includes("\n") || text.length > 200 ? printed(text) : text;
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
