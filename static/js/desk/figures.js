/** Figures in cards: single ones, shares of a whole as bars, and tables of days. */
import { h } from "../core/dom.js";

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** One figure with what it is; `hint` says more. */
export function figure(value, label, hint = "") {
  return h("div", { class: "col-6 col-lg-3" }, h("div", { class: "card card-sm h-100" }, h("div", { class: "card-body" }, h("div", { class: "ca-stat-value" }, value), h("div", { class: "text-secondary" }, label), hint ? h("div", { class: "text-secondary small" }, hint) : null)));
}

/** "1,204", "–" where there is nothing to measure. */
export function count(value, unit = "") {
  return value === null || value === undefined ? "–" : `${numbers.format(value)}${unit}`;
}

/** Hours as people say them: "25 min", "3.5 h", "2.1 d". */
export function span(hours) {
  if (hours === null || hours === undefined) return "–";
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 48 ? `${numbers.format(hours)} h` : `${numbers.format(hours / 24)} d`;
}

/** A card with bars, the longest first or in the given order: `[words, count]` each. */
export function bars(title, pairs, { hint = "", none = "None" } = {}) {
  const most = Math.max(1, ...pairs.map(([, value]) => value));
  return h(
    "section",
    { class: "card" },
    h("div", { class: "card-header" }, h("h3", { class: "card-title" }, title)),
    h(
      "div",
      { class: "card-body" },
      pairs.some(([, value]) => value) ? h("dl", { class: "cy-bars" }, pairs.map(([words, value]) => [h("dt", { dir: "auto" }, words), h("dd", {}, bar(value, most), h("span", { class: "ca-number" }, numbers.format(value)))])) : h("p", { class: "text-secondary mb-0" }, none),
      hint ? h("p", { class: "form-hint mt-2 mb-0" }, hint) : null,
    ),
  );
}

function bar(value, most) {
  const meter = h("progress", { max: most, "aria-hidden": "true" });
  meter.value = value;
  return meter;
}

/** Days as a table, the newest first. */
export function daysTable(caption, days, series) {
  return h(
    "details",
    { class: "mt-3" },
    h("summary", {}, "The same as a table"),
    h(
      "div",
      { class: "table-responsive ca-days" },
      h(
        "table",
        { class: "table table-sm card-table" },
        h("caption", { class: "visually-hidden" }, caption),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Day (UTC)"), series.map(([, words]) => h("th", { scope: "col", class: "text-end" }, words)))),
        h("tbody", {}, days.toReversed().map((each) => h("tr", {}, h("th", { scope: "row" }, each.day), series.map(([key]) => h("td", { class: "text-end ca-number" }, numbers.format(each[key])))))),
      ),
    ),
  );
}
