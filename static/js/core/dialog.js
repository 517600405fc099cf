/**
 * Ask in a dialog, and say in passing.
 *
 *   if (await confirm({ title: "Remove this device?", text: "…", action: "Remove", danger: true })) …
 *   const values = await ask({ title: "Rename", fields: formNodes, action: "Save" });   // FormData or null
 *   toast("Code deactivated", { action: "Make a new one", onAction: fn });
 *
 * Built on <dialog>: focus stays inside, Escape cancels, and focus goes back where it was.
 */
import { h, icon } from "./dom.js";

/** Ask yes or no; resolves to true or false. */
export async function confirm({ title, text, action = "OK", danger = false }) {
  return Boolean(
    await ask({ title, fields: text ? h("p", { class: "text-secondary mb-0" }, text) : null, action, danger }),
  );
}

/** Show a form in a dialog; resolves to its FormData when submitted, null when cancelled. `cancel: ""`: one button. */
export function ask({ title, fields, action = "OK", danger = false, cancel = "Cancel" }) {
  const dialog = build({ title, fields, action, danger, cancel });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const form = dialog.querySelector("form");
      resolve(dialog.returnValue === "yes" ? new FormData(form) : null);
      dialog.remove();
    });
  });
}

/** Say something in passing, bottom right. `kind`: success, danger, info. Stays 6 s, longer with an action. */
export function toast(text, { kind = "info", action = "", onAction = null } = {}) {
  const box = h("div", { class: `ca-toast ca-toast-${kind}` }, h("span", {}, text));
  if (action)
    box.append(
      h("button", { type: "button", class: "btn btn-sm btn-link", onclick: () => (box.remove(), onAction()) }, action),
    );
  box.append(closer(() => box.remove()));
  tray().append(box);
  setTimeout(() => box.remove(), action ? 12000 : 6000);
}

function build({ title, fields, action, danger, cancel: words }) {
  const heading = h("h2", { class: "card-title h3 mb-3", id: "dialog-title" }, title);
  const dialog = h("dialog", { class: "ca-dialog card", "aria-labelledby": "dialog-title" });
  const cancel = words
    ? h("button", { type: "button", class: "btn", onclick: () => dialog.close("") }, words)
    : null;
  const go = h("button", { type: "submit", class: danger ? "btn btn-danger" : "btn btn-primary" }, action);
  const form = h("form", { method: "dialog", class: "card-body" }, heading, fields);
  form.append(h("div", { class: "d-flex justify-content-end gap-2 mt-4" }, cancel, go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close("yes");
  });
  dialog.append(form);
  return dialog;
}

function closer(onclick) {
  return h(
    "button",
    { type: "button", class: "btn btn-icon btn-sm btn-ghost-secondary", "aria-label": "Dismiss", onclick },
    icon("x"),
  );
}

function tray() {
  const found = document.getElementById("toasts");
  if (found) return found;
  const made = h("div", { id: "toasts", class: "ca-toasts", role: "status", "aria-live": "polite" });
  document.body.append(made);
  return made;
}
