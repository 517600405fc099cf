/** An alert as a row of a list: which device, what, since when, and what can be done about it. */
import { post, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, h, icon, since } from "../core/dom.js";
import { checkName } from "./device_checks.js";
import { mayAct } from "./empty.js";

const SEVERITY = { critical: ["Critical", "ca-state-bad"], warning: ["Warning", "ca-state-waiting"] };

/** The row of one alert; `onChanged(row)` hears of what was done to it here. */
export function alertRow(alert, { onChanged, withActions = true }) {
  const [severity, look] = SEVERITY[alert.severity] || [alert.severity, ""];
  const page = `/devices/${encodeURIComponent(alert.device_id)}`;
  return h(
    "div",
    { class: "ca-alert", dataset: { alert: alert.id, status: alert.status } },
    h(
      "div",
      { class: "ca-grow" },
      h(
        "div",
        { class: "d-flex flex-wrap align-items-center gap-2" },
        h("a", { class: "fw-medium ca-break", href: page, dataset: { key: `open ${alert.id}` } }, alert.hostname || alert.device_id),
        h("span", { class: `ca-state ${look}` }, severity),
      ),
      h("div", { class: "ca-break" }, alert.message),
      h("div", { class: "text-secondary small ca-break" }, about(alert)),
    ),
    withActions && mayAct() && alert.status !== "resolved" ? actions(alert, onChanged) : null,
  );
}

function about({ check_type: type, client_name: client, status, triggered_at: began, acknowledged_by: by, acknowledged_at: at, resolved_at: ended }) {
  const parts = [client ? `${client} · ` : "", type === "uptime" ? "Offline" : checkName(type), " · since ", since(began)];
  if (by && status !== "active") parts.push(` · ${by} looks after it, `, since(at));
  if (status === "resolved") parts.push(" · resolved ", since(ended));
  return parts;
}

function actions(alert, onChanged) {
  const one = (verb, label, glyph) =>
    h(
      "button",
      {
        type: "button",
        class: "btn btn-sm",
        "aria-label": `${label}: ${alert.message}`,
        dataset: { key: `${verb} ${alert.id}` },
        onclick: (event) => act(event.currentTarget, alert, verb, onChanged),
      },
      icon(glyph),
      ` ${label}`,
    );
  return h(
    "div",
    { class: "ca-actions" },
    alert.status === "active" ? one("acknowledge", "I look after it", "eye") : null,
    one("resolve", "Resolve", "check"),
  );
}

async function act(button, alert, verb, onChanged) {
  try {
    onChanged(await busy(button, () => post(`/api/alerts/${alert.id}/${verb}`, {})));
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
    onChanged(alert);
  }
}
