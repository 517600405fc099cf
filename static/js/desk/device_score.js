/** The score of a device with what it is made of, and the history of its results. */
import { h, icon, since } from "../core/dom.js";
import { healthLevel } from "./device.js";
import { checkName } from "./device_checks.js";
import { said, tool } from "./device_parts.js";
import { empty } from "./empty.js";

const DOTS = { ok: "ok", warning: "warn", error: "bad" };

/** `ask("all", button)` runs every check; `run` knows what is under way. */
export function scoreCard(device, health, run, ask) {
  const { health_score: score = null, reasons = [] } = health;
  const level = healthLevel(score);
  const all = tool("Run all checks", "stethoscope", (event) => ask("all", event.currentTarget), {
    extra: "btn-primary",
    disabled: Boolean(device.row.whyNot) || run.isRunning("all"),
    title: device.row.whyNot || "Run every check now",
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
  if (score === null) return h("li", { class: "text-secondary" }, "Each check that is run counts towards a score.");
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

/** The newest results, folded away. */
export function historyCard(results) {
  const line = (each) =>
    h(
      "li",
      {},
      h("span", { class: `ca-dot cd-dot-${DOTS[each.status] || "none"}` }),
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
      h("summary", {}, results.length ? `History: the newest ${results.length} results` : "History"),
      results.length
        ? h("ol", { class: "cd-lines" }, results.map(line))
        : empty({ glyph: "history", title: "Nothing yet", text: "Each result of a check is kept here." }),
    ),
  );
}
