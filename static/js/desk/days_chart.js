/**
 * Two measures by day, as bars beside each other.
 *
 *   const chart = daysChart(canvas, { name: "Tickets", series: [["created", "Opened"], ["resolved", "Solved"]] });
 *   chart.show([{ day: "2026-01-31", created: 3, resolved: 1 }]);
 */
import { themedChart } from "./themed_chart.js";

const label = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

/** A chart on `canvas`; `series` are the names of the measures with their words, two at most. */
export function daysChart(canvas, { name, series }) {
  const draw = themedChart(canvas, (days, colours) => configuration(days, series, colours));
  return {
    show(days) {
      canvas.setAttribute("aria-label", summary(name, series, days));
      draw(days);
    },
  };
}

function summary(name, series, days) {
  if (!days.length) return `${name} by day: none`;
  const sums = series.map(([key, words]) => `${words} ${days.reduce((sum, each) => sum + each[key], 0)}`);
  return `${name} by day, ${days[0].day} to ${days.at(-1).day}: ${sums.join(", ")}. The table below has the figures.`;
}

function configuration(days, series, { ink, line, mark }) {
  const looks = [mark, "#d9961a"];
  return {
    type: "bar",
    data: {
      labels: days.map((each) => each.day),
      datasets: series.map(([key, words], at) => ({ label: words, data: days.map((each) => each[key]), backgroundColor: looks[at], borderRadius: 2, maxBarThickness: 24 })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, border: { color: line }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16, callback: (_, at) => label.format(Date.parse(days[at].day)) } },
        y: { beginAtZero: true, suggestedMax: 4, border: { display: false }, grid: { color: line }, ticks: { color: ink, precision: 0, maxTicksLimit: 6 } },
      },
      plugins: {
        legend: { align: "end", labels: { color: ink, boxWidth: 10, boxHeight: 10 } },
        tooltip: { callbacks: { title: ([item]) => full.format(Date.parse(item.label)) } },
      },
    },
  };
}
