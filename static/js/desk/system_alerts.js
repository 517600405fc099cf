/** The server's own alerts, open and past. */
import { post, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, h, icon, since } from "../core/dom.js";
import { dateTime } from "../core/format.js";

const SEVERITY = { critical: ["Critical", "ca-state-bad"], warning: ["Warning", "ca-state-waiting"] };
const isAdmin = document.body.dataset.meRole === "admin";

/** The row of one alert; `changed()` is called when something was done to it here. */
export function systemAlertRow(alert, changed) {
  const [severity, look] = alert.closed_at ? ["Over", ""] : SEVERITY[alert.severity] || [alert.severity, ""];
  return h(
    "div",
    { class: "ca-alert", dataset: { alert: alert.id, status: alert.status } },
    h(
      "div",
      { class: "ca-grow" },
      h("div", { class: "d-flex flex-wrap align-items-center gap-2" }, h("span", { class: "fw-medium ca-break" }, alert.title), h("span", { class: `ca-state ${look}` }, severity)),
      h("div", {}, `${said(alert.value)} ${alert.unit}, threshold ${said(alert.threshold)} ${alert.unit}`),
      h("div", { class: "text-secondary small ca-break" }, about(alert)),
    ),
    isAdmin && alert.status === "active"
      ? h("div", { class: "ca-actions" }, h("button", { type: "button", class: "btn btn-sm", dataset: { key: `see ${alert.id}` }, "aria-label": `I look after it: ${alert.title}`, onclick: (event) => acknowledge(event.currentTarget, alert, changed) }, icon("eye"), " I look after it"))
      : null,
  );
}

function about({ opened_at: opened, closed_at: closed, acknowledged_by: by }) {
  if (closed) return `${dateTime(opened)} to ${dateTime(closed)}`;
  return ["since ", since(opened), by ? ` · ${by} looks after it` : ""];
}

function said(value) {
  return Number(value).toLocaleString(undefined, { maximumFractionDigits: 1 });
}

async function acknowledge(button, alert, changed) {
  try {
    await busy(button, () => post(`/api/dashboard/alerts/${alert.id}/acknowledge`, {}));
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
  changed();
}
