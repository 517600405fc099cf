/** From where on the server warns: everybody on staff reads it, administrators set it. */
import { put, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, fill, h } from "../core/dom.js";

const NAMES = { cpu: "Processor", memory: "Memory", disk: "Disk", hub_lag: "Time to answer" };
const MOST = { "%": 100, ms: 60_000 };
const isAdmin = document.body.dataset.meRole === "admin";

/** Fill `form` with the thresholds; what somebody types there stays until it is saved. `saved(thresholds)` is called
 * with what the server took. */
export function thresholdsForm(form, saved) {
  let isTouched = false;
  form.addEventListener("input", () => (isTouched = true));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(event.submitter);
  });

  function show(thresholds) {
    if (isTouched) return;
    form.removeAttribute("aria-busy");
    fill(
      form,
      h("div", { class: "cs-limits" }, h("span", {}), h("span", { class: "text-secondary small" }, "Warning from"), h("span", { class: "text-secondary small" }, "Critical from"), Object.entries(thresholds).map(([metric, each]) => line(metric, each))),
      h("p", { class: "form-hint" }, "An alert opens when a measure is beyond it for three minutes in a row, and closes by itself."),
      isAdmin
        ? [h("div", { id: "thresholds-wrong", class: "alert alert-danger", role: "alert", hidden: true }), h("div", { class: "btn-list" }, h("button", { type: "submit", class: "btn btn-primary" }, "Save"), h("button", { type: "button", class: "btn", onclick: () => usual(thresholds) }, "As they came"))]
        : h("p", { class: "text-secondary small mb-0" }, "Administrators can change these."),
    );
  }

  function line(metric, each) {
    const name = NAMES[metric] || metric;
    const one = (kind) =>
      isAdmin
        ? h("div", { class: "input-group input-group-flat" }, h("input", { type: "number", name: `${metric} ${kind}`, class: "form-control", min: "1", max: MOST[each.unit], step: "any", required: true, value: each[kind], "aria-label": `${name}: ${kind} from, in ${each.unit === "%" ? "percent" : "milliseconds"}` }), h("span", { class: "input-group-text" }, each.unit))
        : h("span", { class: "ca-number" }, `${each[kind]} ${each.unit}`);
    return [h("span", {}, name), one("warning"), one("critical")];
  }

  function usual(thresholds) {
    for (const [metric, each] of Object.entries(thresholds))
      for (const kind of ["warning", "critical"]) form.elements[`${metric} ${kind}`].value = each.usual[kind];
    isTouched = true;
  }

  async function send(button) {
    const wanted = {};
    for (const field of form.elements) {
      if (!field.name) continue;
      const [metric, kind] = field.name.split(" ");
      wanted[metric] = { ...wanted[metric], [kind]: Number(field.value) };
    }
    const wrong = form.querySelector("#thresholds-wrong");
    wrong.hidden = true;
    try {
      const answer = await busy(button, () => put("/api/dashboard/thresholds", wanted));
      isTouched = false;
      show(answer);
      saved(answer);
      toast("The thresholds are saved.", { kind: "success" });
    } catch (error) {
      wrong.textContent = sentence(error);
      wrong.hidden = false;
    }
  }

  return { show };
}
