/** What a repair changed, by the device's own snapshots before and after it, as a table. */
import { h } from "../core/dom.js";
import { said, table } from "./device_parts.js";

/** `changes` are {what, before, after}; null on one side means that it was not there. */
export function difference(changes) {
  const cell = (value, look) =>
    value === null || value === undefined
      ? h("span", { class: "text-secondary" }, "–")
      : h("span", { class: `${look} ca-break` }, said(value, { never: "empty", most: 300 }));
  return h(
    "div",
    { class: "cd-difference" },
    table(
      [["What"], ["Before"], ["After"]],
      changes.map((each) => [
        h("span", { class: "ca-break" }, said(each.what, { never: "Value", most: 200 }).replaceAll(".", " › ")),
        cell(each.before, "cd-was"),
        cell(each.after, "cd-is"),
      ]),
      { caption: "Before and after" },
    ),
  );
}
