/** A link for a customer instead of a code: it leads to the helper of a session that waits for 20 days. */
import { post, sentence } from "../core/api.js";
import { ask, toast } from "../core/dialog.js";
import { busy, h, icon } from "../core/dom.js";
import { dateTime } from "../core/format.js";

/** Make a link and show it to be copied. `button` shows the work. */
export async function offerLink(button) {
  try {
    const made = await busy(button, () => post("/api/packages/generate"));
    await ask({ title: "Link for your customer", fields: fields(made), action: "Done", cancel: "" });
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}

function fields(made) {
  return h(
    "div",
    { class: "ca-links" },
    h("p", { class: "text-secondary" }, `Send one of these. They work until ${dateTime(made.expiresAt)}.`),
    field("Page with instructions", made.shortLink),
    field("Download at once", made.shortDownloadUrl),
    h("p", { class: "mb-0" }, "Session ", h("a", { href: `/sessions/${made.sessionId}` }, made.sessionId)),
  );
}

function field(label, text) {
  const input = h("input", { class: "form-control", value: text, "aria-label": label, readonly: true });
  input.addEventListener("focus", () => input.select());
  const copy = h(
    "button",
    { type: "button", class: "btn btn-icon", "aria-label": `Copy: ${label}`, title: "Copy", onclick: () => take(input, copy) },
    icon("copy"),
  );
  return h("div", { class: "mb-3" }, h("div", { class: "form-label" }, label), h("div", { class: "input-group" }, input, copy));
}

async function take(input, button) {
  try {
    await navigator.clipboard.writeText(input.value);
    button.replaceChildren(icon("check"));
  } catch {
    input.focus(); // the text is marked: it can be copied by hand
  }
}
