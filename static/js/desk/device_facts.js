/** Facts from a device that have no picture of their own: by name, and each list as a table. */
import { h } from "../core/dom.js";
import { said, table } from "./device_parts.js";

const MOST = 500; // rows of one list
const NOISE = ["available", "truncated"];

/** What a check told that has no picture of its own: simple facts by name. */
export function plain(data, shown) {
  const left = Object.entries(data).filter(
    ([name, value]) =>
      ![...shown, ...NOISE].includes(name) && value !== null && typeof value !== "object" && value !== "",
  );
  if (!left.length) return null;
  return h(
    "dl",
    { class: "ca-facts" },
    left
      .slice(0, MOST)
      .map(([name, value]) => [h("dt", {}, spelled(name)), h("dd", { class: "ca-break" }, yes(value))]),
  );
}

/** A check without a picture: its facts, and each of its lists as a table. */
export function rest(data) {
  const lists = Object.entries(data).filter(([, value]) => Array.isArray(value) && value.length);
  return [
    plain(data, []),
    ...lists
      .slice(0, 8)
      .map(([name, rows]) => [
        h("div", { class: "small text-secondary mt-2" }, spelled(name)),
        rowsOf(rows.slice(0, MOST)),
        rows.length > MOST ? h("p", { class: "small text-secondary" }, `The first ${MOST} of ${rows.length}.`) : null,
      ]),
    ...Object.entries(data)
      .filter(([, value]) => value && typeof value === "object" && !Array.isArray(value))
      .slice(0, 8)
      .map(([name, value]) => [h("div", { class: "small text-secondary mt-2" }, spelled(name)), plain(value, [])]),
  ].flat();
}

function rowsOf(rows) {
  if (typeof rows[0] !== "object" || !rows[0])
    return h(
      "ul",
      { class: "mb-2 ps-3" },
      rows.map((each) => h("li", { class: "ca-break" }, said(each))),
    );
  const columns = Object.keys(rows[0]).slice(0, 5);
  return table(
    columns.map((each) => [spelled(each)]),
    rows.map((row) => columns.map((each) => h("span", { class: "ca-break" }, yes(row?.[each])))),
  );
}

/** "daysSinceLastUpdate" as "Days since last update". */
function spelled(name) {
  const words = said(name, { most: 60 })
    .replace(/_/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function yes(value) {
  return value === true ? "yes" : value === false ? "no" : said(value);
}
