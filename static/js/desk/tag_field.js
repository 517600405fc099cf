/** Tags as chips: typed words become one at Enter or a comma, and go with a click or with Backspace. */
import { fill, h, icon } from "../core/dom.js";

const MOST = 30;

/** A field for tags; the form gets them as one value, `name`, with commas between. */
export function tagField(name, label, given = []) {
  const tags = new Set(given);
  const chips = h("span", { class: "cf-chips" });
  const kept = h("input", { type: "hidden", name });
  const input = h("input", { id: `ask-${name}`, class: "cf-chip-input", maxlength: "60", autocomplete: "off", placeholder: "printer, toner…", "aria-describedby": `ask-${name}-hint` });
  input.addEventListener("keydown", (event) => {
    if (["Enter", ","].includes(event.key) && !event.isComposing && input.value.trim()) {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !input.value && tags.size) {
      tags.delete([...tags].at(-1));
      draw();
    }
  });
  input.addEventListener("blur", take);
  draw();
  return h(
    "div",
    { class: "mb-3" },
    h("label", { class: "form-label", for: input.id }, label),
    h("div", { class: "form-control cf-chip-field", onclick: () => input.focus() }, chips, input, kept),
    h("p", { class: "form-hint mb-0", id: `ask-${name}-hint` }, "Other words that people use for it. Enter or a comma ends one."),
  );

  function take() {
    for (const word of input.value.split(",")) if (word.trim() && tags.size < MOST) tags.add(word.trim());
    input.value = "";
    draw();
  }

  function draw() {
    kept.value = [...tags].join(", ");
    fill(chips, [...tags].map((tag) => h("span", { class: "cf-chip" }, h("bdi", {}, tag), h("button", { type: "button", "aria-label": `Take ${tag} away`, onclick: () => (tags.delete(tag), draw(), input.focus()) }, icon("x")))));
  }
}
