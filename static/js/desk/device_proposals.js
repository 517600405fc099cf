/** What the assistant proposes in a message: said in words, and done only by a click. */
import { h } from "../core/dom.js";
import { checkName } from "./device_checks.js";
import { said, tool } from "./device_parts.js";

const KINDS = {
  diagnose: (action) => ["Run a check", checkName(action.checkType), "Run it"],
  remediate: (action) => [
    "Repair",
    [action.actionId, action.parameter]
      .filter(Boolean)
      .map((each) => said(each, { most: 200 }))
      .join(" "),
    "Ask the device",
  ],
  ticket: (action) => ["Open a ticket", said(action.title, { most: 200 }), "Open it"],
};
const NEED_DEVICE = ["diagnose", "remediate"];

/** The proposal of a message, or null when there is none; only the newest of a talk has a button. */
export function proposal(message, { isNewest, mayAct, whyNot, accept }) {
  const action = actionOf(message);
  if (!action) return null;
  const [kind, what, label] = KINDS[action.type](action);
  const words = (text) => h("div", { class: "small text-secondary" }, text);
  const button = () =>
    tool(label, "check", (event) => accept(message, event.currentTarget), {
      extra: "btn-primary mt-2",
      disabled: Boolean(whyNot) && NEED_DEVICE.includes(action.type),
      title: (NEED_DEVICE.includes(action.type) && whyNot) || `Accept: ${kind.toLowerCase()}`,
    });
  const end = () => {
    if (message.accepted_at)
      return words(`Accepted by ${said(message.accepted_by, { never: "somebody", most: 120 })}.`);
    if (!isNewest) return words("Not taken up; a newer proposal took its place.");
    return mayAct ? button() : words("Waits for a technician or the person at the device.");
  };
  return h(
    "div",
    { class: "cd-proposal" },
    h("div", { class: "ca-break" }, h("b", { class: "fw-medium" }, `${kind}: `), what),
    end(),
  );
}

function actionOf(message) {
  if (message.sender !== "ai" || !message.metadata) return null;
  try {
    const action = typeof message.metadata === "string" ? JSON.parse(message.metadata) : message.metadata;
    return action && Object.hasOwn(KINDS, action.type) ? action : null;
  } catch {
    return null;
  }
}
