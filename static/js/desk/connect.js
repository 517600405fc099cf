/** Connect to a device: say what is asked and why, then go to the session's page. */
import { post, sentence } from "../core/api.js";
import { ask, toast } from "../core/dialog.js";
import { busy, h } from "../core/dom.js";

export const RIGHTS = [
  ["view", "See the screen", "Controlling and pasting need it too."],
  ["control", "Mouse and keyboard", "Move the pointer, click and type."],
  ["clipboard", "Clipboard", "Paste your text on their computer."],
  ["files", "Files", "Send and fetch files in the folder they share."],
  ["commands", "Diagnostics and commands", "Run checks and approved repairs."],
  ["recording", "Recording", "Record the screen for the case."],
];
const USUAL = new Set(["view", "control"]);
const NEED_VIEW = ["control", "clipboard", "recording"];

/** Ask for rights and reason in a dialog, open the session and go to its page. `button` shows the work. */
export async function connectTo(device, { button }) {
  const values = await ask({ title: `Connect to ${device.label}`, fields: fields(device), action: "Ask and connect" });
  if (!values) return;
  const rights = values.getAll("rights");
  const reason = String(values.get("reason") || "").trim();
  try {
    const { connection_info: info } = await busy(button, () =>
      post(`/api/devices/${encodeURIComponent(device.device_id)}/connect`, {
        rights,
        reason,
        connection_type: "desktop",
      }),
    );
    const query = new URLSearchParams({ rights: rights.join(","), ...(reason ? { reason } : {}) });
    location.assign(`/sessions/${encodeURIComponent(info.session_id)}?${query}`);
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}

function fields(device) {
  const form = h(
    "div",
    {},
    h(
      "p",
      { class: "text-secondary" },
      `${device.customer_name || "The customer"} is asked on their screen, with your name. No answer within 30 seconds counts as no.`,
    ),
    h(
      "fieldset",
      { class: "mb-3" },
      h("legend", { class: "form-label" }, "What do you want to do?"),
      RIGHTS.map(choice),
    ),
    h("label", { class: "form-label", for: "reason" }, "Reason, shown to the customer"),
    h("input", {
      id: "reason",
      name: "reason",
      class: "form-control",
      maxlength: "500",
      placeholder: "Look at the printer settings",
      autocomplete: "off",
    }),
  );
  form.addEventListener("change", (event) => keepSensible(form, event.target));
  return form;
}

function choice([value, label, hint]) {
  return h(
    "label",
    { class: "form-check" },
    h("input", { type: "checkbox", class: "form-check-input", name: "rights", value, checked: USUAL.has(value) }),
    h("span", { class: "form-check-label" }, label),
    h("span", { class: "form-check-description" }, hint),
  );
}

/** Control and clipboard make no sense without the picture: one switches the other. */
function keepSensible(form, changed) {
  const box = (name) => form.querySelector(`[value="${name}"]`);
  if (NEED_VIEW.includes(changed.value) && changed.checked) box("view").checked = true;
  if (changed.value === "view" && !changed.checked)
    NEED_VIEW.forEach((name) => {
      box(name).checked = false;
    });
  const chosen = form.querySelectorAll('[name="rights"]:checked').length;
  box("view").setCustomValidity(chosen ? "" : "Choose at least one.");
}
