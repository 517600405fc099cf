/** How busy a device is, in bars and plain words. */
import { h } from "../core/dom.js";
import { duration } from "../core/format.js";

const LOADS = [
  [90, "very busy", "bad"],
  [70, "busy", "warn"],
  [0, "calm", ""],
];
const FILLS = [
  [92, "nearly full", "bad"],
  [80, "filling up", "warn"],
  [0, "enough left", ""],
];

/** The bars of what is known; null when the device said nothing. */
export function metrics(values, { isSmall = false } = {}) {
  const known = values && typeof values === "object" ? values : {};
  const parts = [
    percent(known.cpu) === null ? null : bar("Processor", percent(known.cpu), LOADS, isSmall),
    percent(known.memory) === null ? null : bar("Memory", percent(known.memory), FILLS, isSmall),
    seconds(known.uptime) && !isSmall ? uptime(seconds(known.uptime)) : null,
  ].filter(Boolean);
  return parts.length ? h("div", { class: isSmall ? "cm-metrics cm-metrics-small" : "cm-metrics" }, parts) : null;
}

function bar(name, value, steps, isSmall) {
  const [, words, look] = steps.find(([from]) => value >= from);
  const fill = h("div", { class: `cm-fill ${look ? `cm-fill-${look}` : ""}` });
  fill.style.width = `${value}%`;
  return h(
    "div",
    { class: "cm-metric" },
    h("span", { class: "cm-metric-name" }, name),
    h("span", { class: "cm-bar-back", "aria-hidden": "true" }, fill),
    h("span", { class: "cm-metric-text ca-number" }, isSmall ? `${value} %` : `${value} %, ${words}`),
  );
}

function uptime(value) {
  return h(
    "div",
    { class: "cm-metric" },
    h("span", { class: "cm-metric-name" }, "Running for"),
    h("span", { class: "ca-grow ca-number" }, duration(value)),
  );
}

function percent(value) {
  const found = typeof value === "number" && Number.isFinite(value) ? value : null;
  return found === null ? null : Math.round(Math.min(100, Math.max(0, found)));
}

function seconds(value) {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
