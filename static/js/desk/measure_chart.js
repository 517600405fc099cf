/**
 * A measure of the server over time, with the thresholds from which on it warns.
 *
 *   const chart = measureChart(canvas, { name: "Processor", unit: "%", most: 100 });
 *   chart.show({ points: [{ timestamp, value }], hours: 24, threshold: { warning: 85, critical: 95 } });
 */
import { dateTime } from "../core/format.js";
import { themedChart } from "./themed_chart.js";

const HOUR = 3_600_000;
const STEP = { 1: 60_000, 24: 180_000 }; // ms that a point stands for; longer spans: two hours at most
const LONGEST_STEP = 7_200_000;
const TICKS = { 1: HOUR / 4, 24: 6 * HOUR, 168: 48 * HOUR, 720: 168 * HOUR }; // at full hours and days of the reader's own
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** A line on `canvas`; `show` draws what it is given in place of what was there. */
export function measureChart(canvas, { name, unit, most = null }) {
  const draw = themedChart(canvas, configuration);
  return {
    show({ points, hours, threshold = null }) {
      const data = points.map((each) => ({ x: Date.parse(each.timestamp), y: each.value }));
      canvas.setAttribute("aria-label", summary(name, unit, data, hours));
      draw({ data, hours, threshold, unit, most });
    },
  };
}

function summary(name, unit, data, hours) {
  if (!data.length) return `${name}: nothing measured`;
  const values = data.map((each) => each.y);
  const said = (value) => `${whole.format(value)} ${unit}`.trim();
  return `${name} over the last ${hours === 1 ? "hour" : `${hours} hours`}: lowest ${said(Math.min(...values))}, highest ${said(Math.max(...values))}, now ${said(values.at(-1))}`;
}

function configuration({ data, hours, threshold, unit, most }, { ink, line, mark }) {
  const now = Math.max(Date.now(), data.at(-1)?.x ?? 0);
  const begin = now - hours * HOUR;
  return {
    type: "line",
    data: {
      datasets: [
        {
          data,
          borderColor: mark,
          backgroundColor: `${mark}22`,
          fill: "origin",
          clip: 4, // the newest point lies on the edge
          borderWidth: 1.5,
          pointRadius: data.length === 1 ? 3 : 0,
          pointHitRadius: 10,
          spanGaps: 3 * (STEP[hours] || LONGEST_STEP), // the server was off in between
        },
        ...limits(threshold, begin, now),
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      parsing: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: {
        x: { type: "linear", min: begin, max: now, afterBuildTicks: (axis) => (axis.ticks = ticks(begin, now, TICKS[hours])), grid: { display: false }, border: { color: line }, ticks: { color: ink, maxRotation: 0, autoSkip: false, callback: (value) => (hours > 48 ? day : time).format(value) } },
        y: { min: 0, max: most ?? undefined, suggestedMax: most ?? 10, border: { display: false }, grid: { color: line }, ticks: { color: ink, maxTicksLimit: 5, precision: 0 } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          filter: (item) => item.datasetIndex === 0,
          callbacks: {
            title: ([item]) => (item ? dateTime(new Date(item.parsed.x).toISOString()) : ""),
            label: (item) => `${whole.format(item.parsed.y)} ${unit}`.trim(),
          },
        },
      },
    },
  };
}

function ticks(begin, end, step) {
  const offset = new Date(end).getTimezoneOffset() * 60_000;
  const found = [];
  for (let at = Math.ceil((begin - offset) / step) * step + offset; at <= end; at += step) found.push({ value: at });
  return found;
}

/** A dashed line where it begins to warn, and one where it is critical; none that lies far above everything. */
function limits(threshold, begin, end) {
  if (!threshold) return [];
  return [
    [threshold.warning, "#d9961a"],
    [threshold.critical, "#d63b3b"],
  ].map(([value, colour]) => ({ data: [{ x: begin, y: value }, { x: end, y: value }], borderColor: colour, borderWidth: 1, borderDash: [5, 5], pointRadius: 0, pointHitRadius: 0 }));
}
