/**
 * A score over time.
 *
 *   const course = scoreCourse(canvas);
 *   course.show([{ at: "2026-01-31T10:00:00Z", score: 85 }], 30);
 */
import { dateTime } from "../core/format.js";
import { themedChart } from "./themed_chart.js";

const DAY = 86_400_000;
const label = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** A line on `canvas`; `show` draws what it is given in place of what was there. */
export function scoreCourse(canvas) {
  const draw = themedChart(canvas, configuration);
  return {
    show(course, days) {
      const points = course.map((each) => ({ x: Date.parse(each.at), y: each.score }));
      canvas.setAttribute("aria-label", summary(points, days));
      draw({ points, days });
    },
  };
}

function summary(points, days) {
  if (!points.length) return `Score over ${days} days: no result in this time`;
  const scores = points.map((each) => each.y);
  return `Score over ${days} days: ${points.length} results, lowest ${Math.min(...scores)}, now ${scores.at(-1)}`;
}

function configuration({ points, days }, { ink, line, mark }) {
  return {
    type: "line",
    data: {
      datasets: [
        {
          data: points,
          borderColor: mark,
          backgroundColor: mark,
          borderWidth: 2,
          pointRadius: points.length > 60 ? 0 : 3,
          pointHitRadius: 12,
        },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      parsing: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: {
        x: {
          type: "linear",
          min: Date.now() - days * DAY,
          max: Date.now(),
          grid: { display: false },
          border: { color: line },
          ticks: { color: ink, maxRotation: 0, maxTicksLimit: 6, callback: (value) => label.format(value) },
        },
        y: {
          min: 0,
          max: 100,
          border: { display: false },
          grid: { color: line },
          ticks: { color: ink, stepSize: 25 },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          callbacks: {
            title: ([item]) => dateTime(new Date(item.parsed.x).toISOString()),
            label: (item) => `Score ${item.parsed.y}`,
          },
        },
      },
    },
  };
}
