/**
 * Bars by day.
 *
 *   const chart = dailyBars(byId("chart"));
 *   chart.show({ name: "Sessions", days: [{ day: "2026-01-31", value: 3 }], say: (value) => `${value} sessions` });
 */
import { themedChart } from "./themed_chart.js";

const DAY = 86_400_000;
const MOST_BARS = 1100;
const label = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

/** A bar chart on `canvas`; `show` draws what it is given in place of what was there. */
export function dailyBars(canvas) {
  const draw = themedChart(canvas, configuration);
  return {
    show(given) {
      canvas.setAttribute("aria-label", summary(given));
      draw(given);
    },
  };
}

/** Every day from `first` to `last` ("2026-01-31"), days without an entry as 0; the newest 1,100 of them. */
export function everyDay(days, first, last) {
  const known = new Map(days.map((each) => [each.day, each]));
  const begin = first || days[0]?.day;
  const end = last || days.at(-1)?.day;
  if (!begin || !end) return [];
  const newest = Date.parse(end);
  const found = [];
  for (let at = Math.max(Date.parse(begin), newest - (MOST_BARS - 1) * DAY); at <= newest; at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    found.push(known.get(day) || { day, sessions: 0, durationMs: 0 });
  }
  return found;
}

function summary({ name, days, say }) {
  if (!days.length) return `${name} by day: none`;
  const most = days.reduce((best, each) => (each.value > best.value ? each : best));
  const span = `${name} by day, ${days[0].day} to ${days.at(-1).day}`;
  return `${span}; most on ${most.day}: ${say(most.value)}. The table below has the figures.`;
}

function configuration({ days, say }, { ink, line, mark }) {
  return {
    type: "bar",
    data: {
      labels: days.map((each) => each.day),
      datasets: [
        {
          data: days.map((each) => each.value),
          backgroundColor: mark,
          borderRadius: 3,
          maxBarThickness: 36,
        },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          grid: { display: false },
          border: { color: line },
          ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16, callback: (_, index) => shortDay(days[index].day) },
        },
        y: {
          beginAtZero: true,
          border: { display: false },
          grid: { color: line },
          ticks: { color: ink, precision: 0, maxTicksLimit: 6 },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          callbacks: {
            title: ([item]) => full.format(Date.parse(item.label)),
            label: (item) => say(item.raw),
          },
        },
      },
    },
  };
}

function shortDay(day) {
  return label.format(Date.parse(day));
}
