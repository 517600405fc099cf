/**
 * Ask for values in a dialog until the server takes them.
 *
 *   const made = await askUntil({ title: "New client", action: "Make", fields: (given) => nodes, send: (values) => post(…) });
 *
 * `fields(given)` builds the form anew with what was typed; a refusal stands above it. Resolves to what `send` answered,
 * or null when the person gave up.
 */
import { sentence } from "../core/api.js";
import { ask } from "../core/dialog.js";
import { h } from "../core/dom.js";

export async function askUntil({ title, action, fields, send, given = {} }) {
  let values = given;
  let refusal = null;
  for (;;) {
    const form = await ask({ title, action, fields: [refusal, fields(values)] });
    if (!form) return null;
    values = { ...values, ...Object.fromEntries([...form].map(([name, value]) => [name, String(value).trim()])), form };
    try {
      return await send(values);
    } catch (error) {
      refusal = h("div", { class: "alert alert-danger", role: "alert" }, sentence(error));
    }
  }
}

/** A labelled input for a dialog; `props` go to the input. */
export function field(name, label, value, { hint = "", ...props } = {}) {
  const id = `ask-${name}`;
  const tag = props.rows ? "textarea" : "input";
  const input = h(tag, { id, name, class: "form-control", autocomplete: "off", value: value || "", ...props });
  const said = hint ? h("p", { class: "form-hint mb-0", id: `${id}-hint` }, hint) : null;
  if (said) input.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "mb-3" }, h("label", { class: "form-label", for: id }, label), input, said);
}
