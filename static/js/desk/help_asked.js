/** An examination or repair that goes on at a device, as a row of the dashboard: who asked for it, why, and the way there. */
import { h, icon, since } from "../core/dom.js";

const KINDS = { diagnostic: ["Examine", "stethoscope"], remediation: ["Repair", "tool"] };

/** The row of a session of /api/device-sessions; `name` is its device's. */
export function helpRow(session, name) {
  const [kind, glyph] = KINDS[session.type] || [session.type, "tool"];
  const page = `/devices/${encodeURIComponent(session.deviceId)}#commands`;
  return h(
    "div",
    { dataset: { session: session.id } },
    h("span", { class: "ca-stat-icon ca-icon-box" }, icon(glyph)),
    h(
      "div",
      { class: "ca-grow" },
      h("div", { class: "ca-clip fw-medium" }, `${kind} ${name}`),
      session.description ? h("div", { class: "ca-clip", title: session.description }, session.description) : null,
      h("div", { class: "text-secondary small ca-break" }, `${session.openedBy || "Somebody"}, `, since(session.createdAt)),
    ),
    h("a", { class: "btn btn-sm btn-primary", href: page, "aria-label": `Open ${name}` }, "Open"),
  );
}
