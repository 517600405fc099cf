/** Health: the score and what it is made of, its course over time, every check with its newest result. */
import { get } from "../core/api.js";
import { fill, h, refill, since } from "../core/dom.js";
import { gently } from "../core/live.js";
import { scoreCourse } from "./score_course.js";
import { CHECKS, checkName, understoodResult } from "./device_checks.js";
import { findings } from "./device_findings.js";
import { checkRun } from "./device_check_run.js";
import { attempt, said, tool } from "./device_parts.js";
import { historyCard, scoreCard } from "./device_score.js";
import { showFailure } from "./empty.js";

const SPANS = [3, 30, 90];
const HISTORY = 50; // results
const STATES = { ok: ["Good", "ok"], warning: ["Look at it", "warn"], error: ["Trouble", "bad"] };

/** Show the health in `place`. */
export function healthPart(device, place) {
  const run = checkRun(device.line, { changed: draw, done: load });
  const canvas = h("canvas", { role: "img", "aria-label": "Score over time" });
  const course = scoreCourse(canvas);
  const spots = Object.fromEntries(["score", "checks", "history"].map((name) => [name, h("div")]));
  const opened = new Set();
  let [days, results, older, health] = [30, [], [], {}];
  const refresh = gently(() => load());
  device.line.on("device_diagnostic_update", (event) => (run.heard(event.checkType), refresh()));

  device.line.on("diagnostic_refused", (event) => run.refused(event.checkType, event.message));

  async function load() {
    try {
      const [list, found] = await Promise.all([
        get(`${device.path}/diagnostics?limit=${HISTORY}`),
        get(`${device.path}/health?days=${days}`),
      ]);
      results = list.map(understoodResult);
      older = results.length < HISTORY ? [] : await others();
      health = found;
      if (!spots.score.isConnected) lay();
      course.show(health.points, days);
      draw();
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  /** The newest results of the checks that the history does not reach back to. */
  async function others() {
    const missing = CHECKS.filter(([type]) => !results.some((each) => each.check_type === type));
    const asked = missing.map(([type]) => get(`${device.path}/diagnostics?limit=1&check_type=${type}`));
    return (await Promise.all(asked)).flat().map(understoodResult);
  }

  function lay() {
    const choose = (value) => () => ((days = value), load());
    const spans = SPANS.map((value) =>
      h(
        "button",
        { type: "button", class: "btn btn-sm", dataset: { span: value }, onclick: choose(value) },
        `${value} days`,
      ),
    );
    fill(
      place,
      h(
        "div",
        { class: "cd-two" },
        spots.score,
        h(
          "div",
          { class: "card" },
          h(
            "div",
            { class: "card-header" },
            h("h2", { class: "card-title" }, "Over time"),
            h("div", { class: "card-actions btn-group", role: "group", "aria-label": "Period" }, spans),
          ),
          h("div", { class: "card-body" }, h("div", { class: "cd-chart" }, canvas)),
        ),
      ),
      spots.checks,
      spots.history,
    );
  }

  function draw() {
    if (!spots.score.isConnected) return;
    for (const each of place.querySelectorAll("[data-span]"))
      each.setAttribute("aria-pressed", String(Number(each.dataset.span) === days));
    const isOpen = place.querySelector(".cd-history")?.open;
    refill(spots.score, scoreCard(device, health, run, ask));
    refill(spots.checks, results.length || (device.mayAct && !device.row.whyNot) ? checks() : null);
    refill(spots.history, historyCard(results));
    if (isOpen) place.querySelector(".cd-history").open = true;
  }

  function checks() {
    return h(
      "div",
      { class: "cd-checks" },
      CHECKS.map(([type]) => checkCard(type)),
    );
  }

  function ask(type, button) {
    return attempt(button, () => run.ask(type));
  }

  function checkCard(type) {
    const newest = [...results, ...older].find((each) => each.check_type === type);
    const [words, level] = stateOf(newest);
    return h(
      "article",
      { class: `card cd-check cd-check-${level}`, dataset: { check: type } },
      h(
        "div",
        { class: "cd-check-head" },
        h("h3", {}, checkName(type)),
        h("span", { class: `cd-level cd-level-${level}` }, words),
        device.mayAct ? runButton(type) : null,
      ),
      h(
        "p",
        { class: "mb-1 ca-break" },
        newest ? said(newest.value || newest.label, { never: "", most: 200 }) : "No result yet.",
      ),
      newest ? h("div", { class: "text-secondary small" }, since(newest.created_at)) : null,
      run.trouble(type) ? h("div", { class: "text-danger small", role: "status" }, run.trouble(type)) : null,
      newest ? folded(type, newest) : null,
    );
  }

  /** The details are drawn when they are unfolded: some are long. */
  function folded(type, newest) {
    const details = h("details", {}, h("summary", {}, "Details"));
    const unfold = () => details.children.length === 1 && details.append(findings(type, newest.data));
    details.addEventListener("toggle", () => {
      if (details.open) unfold();
      details.open ? opened.add(type) : opened.delete(type);
    });
    if (opened.has(type)) unfold();
    details.open = opened.has(type);
    return details;
  }

  function runButton(type) {
    const isRunning = run.isRunning(type);
    const button = tool(isRunning ? "Running…" : "Run", "refresh", (event) => ask(type, event.currentTarget), {
      extra: isRunning ? "btn-loading ms-auto" : "ms-auto",
      title: device.row.whyNot || `Check now: ${checkName(type)}`,
      disabled: Boolean(device.row.whyNot) || isRunning,
    });
    button.dataset.key = `run ${type}`;
    return button;
  }

  return { show: refresh, changed: draw };
}

function stateOf(newest) {
  if (!newest) return ["Not yet checked", "none"];
  if (newest.data.available === false) return ["Not available", "none"];
  return STATES[newest.status] || [said(newest.status, { most: 20 }), "none"];
}
