/** What changed between two snapshots of a device, as rows of a table. */
import { h } from "../core/dom.js";
import { said, table } from "./device_parts.js";

const MOST = 60; // rows
const DEPTH = 4;

/** The snapshots side by side; what changed comes first and is marked. Null when there is neither. */
export function difference(before, after) {
  if (!before && !after) return null;
  const [old, now] = [flat(before || {}), flat(after || {})];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const rows = names.map((name) => ({
    name,
    was: old.get(name),
    is: now.get(name),
    changed: old.get(name) !== now.get(name),
  }));
  rows.sort((a, b) => Number(b.changed) - Number(a.changed));
  const changed = rows.filter((each) => each.changed).length;
  return h(
    "div",
    { class: "cd-difference" },
    h(
      "p",
      { class: "small text-secondary mb-1" },
      changed ? `${changed} of ${rows.length} values changed.` : "Nothing that was looked at changed.",
    ),
    table(
      [["What"], ["Before"], ["After"]],
      rows
        .slice(0, MOST)
        .map((each) => [
          h("span", { class: each.changed ? "fw-medium ca-break" : "text-secondary ca-break" }, each.name),
          h("span", { class: each.changed ? "cd-was ca-break" : "text-secondary ca-break" }, shown(each.was)),
          h("span", { class: each.changed ? "cd-is ca-break" : "text-secondary ca-break" }, shown(each.is)),
        ]),
      { caption: "Before and after" },
    ),
    rows.length > MOST
      ? h("p", { class: "small text-secondary" }, `${rows.length - MOST} more values are not shown.`)
      : null,
  );
}

function shown(value) {
  return value === undefined ? "–" : said(value, { most: 300 });
}

/** Nested facts as one list: "disk › free" → 12. */
function flat(value, at = "", depth = 0, found = new Map()) {
  for (const [name, inner] of Object.entries(value).slice(0, 200)) {
    const path = at ? `${at} › ${name}` : name;
    if (inner && typeof inner === "object" && depth < DEPTH) flat(inner, path, depth + 1, found);
    else found.set(path.slice(0, 200), inner && typeof inner === "object" ? JSON.stringify(inner) : inner);
  }
  return found;
}
