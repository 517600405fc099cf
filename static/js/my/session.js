/** A diagnostic or remediation session: as a row of a list, opened by its customer, and ended. */
import { ApiError, post, sentence } from "../core/api.js";
import { ask, confirm, toast } from "../core/dialog.js";
import { busy, h, icon, since } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { SESSION } from "./words.js";

const KINDS = [
  ["diagnostic", "Examine it", "Your support desk looks at how the device is. Nothing is changed."],
  ["remediation", "Repair it", "Your support desk may repair it. Every step waits for your approval first."],
];

/** The state of a session as a badge. */
export function sessionBadge(session) {
  const words = { active: "Going on now", expired: "Ended by itself" }[session.status] || "Ended";
  return h("span", { class: `ca-state ${session.status === "active" ? "ca-state-connected" : ""}` }, words);
}

/** The row of a session in a list. */
export function sessionRow(session, { withDevice = true } = {}) {
  const name = SESSION[session.type] || "Session";
  return h(
    "div",
    { class: "flex-wrap", dataset: { session: session.id } },
    h(
      "div",
      { class: "ca-grow cm-row-text" },
      h("a", { class: "fw-medium ca-break", href: `/my/sessions/${encodeURIComponent(session.id)}`, dataset: { key: session.id } }, withDevice ? `${name}: ${session.deviceName || session.deviceId}` : name),
      session.description ? h("div", { class: "ca-break" }, session.description) : null,
      h("div", { class: "text-secondary small ca-break" }, session.openedBy ? `${session.openedBy}, ` : "", h("time", { datetime: session.createdAt, title: dateTime(session.createdAt) }, dateTime(session.createdAt))),
    ),
    sessionBadge(session),
  );
}

/** Ask for a session's kind and reason, and open it. Resolves to the session, or null when nothing came of it. */
export async function openSession(button, deviceId) {
  const choices = KINDS.map(([value, title, text], at) =>
    h("label", { class: "cm-choice" }, h("input", { type: "radio", class: "form-check-input", name: "type", value, checked: at === 0 }), h("span", {}, h("b", { class: "fw-medium" }, title), h("br"), h("span", { class: "text-secondary" }, text))),
  );
  const fields = [
    h("fieldset", { class: "mb-3" }, h("legend", { class: "form-label" }, "What should be done?"), choices),
    h("label", { class: "form-label", for: "description" }, "What is the matter?"),
    h("textarea", { id: "description", name: "description", class: "form-control", rows: "3", maxlength: "2000", placeholder: "For example: it prints nothing since this morning" }),
  ];
  const values = await ask({ title: "Ask for help with this device", fields, action: "Ask for help" });
  if (!values) return null;
  const description = String(values.get("description") || "").trim();
  try {
    const body = { deviceId, type: values.get("type"), ...(description ? { description } : {}) };
    return (await busy(button, () => post("/api/v1/customer/sessions", body))).session;
  } catch (error) {
    const isOpen = error instanceof ApiError && error.status === 409;
    toast(isOpen ? "Somebody has just asked for help with this device: you see it here." : sentence(error), { kind: isOpen ? "info" : "danger" });
    return null;
  }
}

/** Ask whether to end it, and do so. */
export async function endSession(button, session) {
  const text = "What waits for your approval in it is rejected. What the device is doing already is finished.";
  if (!(await confirm({ title: "End this session?", text, action: "End it", danger: true }))) return;
  try {
    await busy(button, () => post(`/api/v1/customer/sessions/${encodeURIComponent(session.id)}/end`, {}));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) toast(sentence(error), { kind: "danger" });
  }
}

/** What a session that goes on says of itself, with the button that ends it. `ended` is called afterwards. */
export function aboutSession(session, ended) {
  const isOpen = session.status === "active";
  return h(
    "div",
    {},
    h("p", { class: "mb-1" }, h("span", { class: "fw-medium" }, SESSION[session.type] || "Session"), " ", sessionBadge(session)),
    session.description ? h("p", { class: "mb-1 ca-break" }, session.description) : null,
    h("p", { class: "text-secondary small mb-0 ca-break" }, session.openedBy ? `Asked for by ${session.openedBy}, ` : "Asked for ", since(session.createdAt), isOpen ? [". Ends by itself in ", h("time", { datetime: session.expiresAt, dataset: { remaining: "" } }, "…"), "."] : "."),
    isOpen ? h("button", { type: "button", class: "btn mt-3", dataset: { key: "end" }, onclick: async (event) => (await endSession(event.currentTarget, session), ended()) }, icon("player-stop"), " End it now") : null,
  );
}
