/** Health: the score and what it is made of, its course over time, every check with its newest result. */
import { get } from "../core/api.js";
import { fill, h, icon, since } from "../core/dom.js";
import { gently } from "../core/live.js";
import { scoreCourse } from "./course.js";
import { CHECKS, checkName, newestOf, understoodResult } from "./device_checks.js";
import { findings } from "./device_findings.js";
import { checkRun } from "./device_check_run.js";
import { attempt, said, tool } from "./device_parts.js";
import { empty, showFailure } from "./empty.js";

const SPANS = [7, 30, 90];
const STATES = { ok: ["Good", "ok"], warning: ["Look at it", "warn"], error: ["Trouble", "bad"] };

/** Show the health in `place`. */
export function healthPart(device, place) {
  const run = checkRun(device.line, { changed: draw, done: load });
  const canvas = h("canvas", { role: "img", "aria-label": "Score over time" });
  const course = scoreCourse(canvas);
  const spots = Object.fromEntries(["score", "checks", "history"].map((name) => [name, h("div")]));
  let [days, results, health, opened] = [30, [], {}, new Set()];
  const refresh = gently(() => load());
  device.line.on("device_diagnostic_update", (event) => (run.heard(event.checkType), refresh()));

  async function load() {
    try {
      const [list, found] = await Promise.all([
        get(`${device.path}/diagnostics`),
        get(`${device.path}/health?days=${days}`),
      ]);
      results = (list.diagnostics || list).map(understoodResult);
      health = found.health || found;
      if (!spots.score.isConnected) lay();
      course.show(health.course || health.history || [], days);
      draw();
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
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
    keepFocus(place, () => {
      fill(spots.score, scoreCard(device, health, run, ask));
      fill(
        spots.checks,
        h(
          "div",
          { class: "cd-checks" },
          CHECKS.map(([type]) => checkCard(type)),
        ),
      );
      fill(spots.history, historyCard(results));
    });
  }

  function ask(type, button) {
    return attempt(button, () => run.ask(type));
  }

  function checkCard(type) {
    const newest = newestOf(health.checks, results, type);
    const [words, level] = STATES[newest?.status] || ["Not yet checked", "none"];
    const details = newest
      ? h("details", { open: opened.has(type) }, h("summary", {}, "Details"), findings(type, newest.data))
      : null;
    details?.addEventListener("toggle", () => (details.open ? opened.add(type) : opened.delete(type)));
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
      details,
    );
  }

  function runButton(type) {
    const isRunning = run.isRunning(type);
    const button = tool(isRunning ? "Running…" : "Run", "refresh", (event) => ask(type, event.currentTarget), {
      extra: isRunning ? "btn-loading ms-auto" : "ms-auto",
      title: device.isOnline ? `Check now: ${checkName(type)}` : "The device is offline",
      disabled: !device.isOnline || isRunning,
    });
    button.dataset.key = `run ${type}`;
    return button;
  }

  return { show: refresh, changed: draw };
}

function scoreCard(device, health, run, ask) {
  const score = health.score ?? health.health_score ?? device.row?.health_score ?? null;
  const reasons = health.reasons || health.health_reasons || device.row?.health_reasons || [];
  const level = score === null ? "none" : score >= 70 ? "ok" : score >= 40 ? "warn" : "bad";
  const all = tool("Run all checks", "stethoscope", (event) => ask("all", event.currentTarget), {
    extra: "btn-primary",
    disabled: !device.isOnline || run.isRunning("all"),
    title: device.isOnline ? "Run every check now" : "The device is offline",
  });
  all.dataset.key = "run all";
  return h(
    "div",
    { class: "card cd-score" },
    h(
      "div",
      { class: "card-body" },
      h(
        "div",
        { class: "d-flex align-items-center gap-3 flex-wrap" },
        h(
          "div",
          {
            class: `cd-number cd-level-${level}`,
            id: "score",
            role: "img",
            "aria-label": score === null ? "No score yet" : `Score ${score} of 100`,
          },
          score === null ? "–" : String(score),
        ),
        h(
          "div",
          { class: "ca-grow" },
          h(
            "h2",
            { class: "h3 mb-1" },
            { ok: "Healthy", warn: "Needs a look", bad: "In trouble", none: "Not examined yet" }[level],
          ),
          h("div", { class: "text-secondary small" }, "Mean of eight checks: good 100, warning 50, trouble 0"),
        ),
        device.mayAct ? all : null,
      ),
      run.progress() ? h("p", { class: "mt-3 mb-0", role: "status" }, run.progress()) : null,
      h("ul", { class: "cd-reasons", id: "reasons" }, reasonList(reasons, score)),
    ),
  );
}

function reasonList(reasons, score) {
  if (score === null) return h("li", { class: "text-secondary" }, "Run the checks to get a score.");
  if (!reasons.length) return h("li", {}, icon("circle-check"), " Every check is good.");
  return reasons
    .slice(0, 20)
    .map((each) =>
      h(
        "li",
        { class: "ca-break" },
        h("span", { class: each.status === "error" ? "ca-dot ca-dot-bad" : "ca-dot ca-dot-wait" }),
        h("b", { class: "fw-medium" }, said(each.label || checkName(each.check_type), { most: 120 })),
        each.value ? `: ${said(each.value, { most: 200 })}` : "",
        each.points === undefined
          ? null
          : h("span", { class: "text-secondary small" }, ` (${said(each.points)} points)`),
      ),
    );
}

function historyCard(results) {
  const line = (each) =>
    h(
      "li",
      {},
      h("span", { class: `ca-dot cd-dot-${(STATES[each.status] || ["", "none"])[1]}` }),
      h(
        "span",
        { class: "ca-grow ca-break" },
        h("b", { class: "fw-medium" }, checkName(each.check_type)),
        ` ${said(each.value || each.label, { never: "", most: 160 })}`,
      ),
      h("span", { class: "text-secondary small text-nowrap" }, since(each.created_at)),
    );
  return h(
    "div",
    { class: "card mt-3" },
    h(
      "details",
      { class: "cd-history" },
      h("summary", {}, `History: the newest ${results.length} results`),
      results.length
        ? h("ol", { class: "cd-lines" }, results.map(line))
        : empty({ glyph: "history", title: "Nothing yet", text: "Each result of a check is kept here." }),
    ),
  );
}

/** Redraw without losing the keyboard's place or what was unfolded. */
function keepFocus(place, redraw) {
  const at = document.activeElement?.dataset?.key;
  const isOpen = place.querySelector(".cd-history")?.open;
  redraw();
  if (isOpen) place.querySelector(".cd-history").open = true;
  if (at) place.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
}
