/** The lines of a conversation with the assistant. Whatever anybody said is text, never markup. */
import { h, icon } from "../core/dom.js";

/** What the person said; `again` is offered while it could not be sent. */
export function theirLine(line, { again }) {
  return h(
    "li",
    { class: "as-line as-mine" },
    h("span", { class: "visually-hidden" }, "You: "),
    h("p", { class: "as-text", dir: "auto" }, line.text),
    line.problem ? h("p", { class: "as-problem", role: "alert" }, line.problem) : null,
    line.problem ? h("button", { type: "button", class: "btn btn-sm", onclick: () => again(line) }, icon("refresh"), " Try again") : null,
  );
}

/** What the assistant said: the answer, where it stands, and whether it helped. */
export function answerLine(line, { helped, person, other } = {}) {
  return h(
    "li",
    { class: "as-line as-theirs" },
    h("span", { class: "visually-hidden" }, "Assistant: "),
    h("p", { class: "as-text", dir: "auto" }, line.text),
    line.source ? h("p", { class: "as-source" }, icon("file-text"), h("span", {}, "From: ", h("bdi", {}, line.source))) : null,
    line.link ? h("a", { class: "btn btn-sm btn-primary mt-2", href: line.link.href }, icon("ticket"), ` ${line.link.label}`) : null,
    line.choices ? [h("ul", { class: "as-choices" }, line.choices.map((text) => h("li", {}, text))), signIn()] : null,
    line.others?.length ? others(line.others, other) : null,
    line.canRate ? rating(line, { helped, person }) : null,
  );
}

/** Three dots while an answer is on its way. */
export function typing() {
  return h("li", { class: "as-line as-theirs as-typing" }, h("span", { class: "visually-hidden" }, "The assistant is writing…"), [1, 2, 3].map(() => h("i", { "aria-hidden": "true" })));
}

/** Entries that may be meant instead: a click asks for them. */
function others(questions, other) {
  return h("div", { class: "as-others" }, h("span", {}, "Or is it about this?"), questions.map((question) => h("button", { type: "button", class: "as-other", dir: "auto", disabled: !other, onclick: () => other(question) }, question)));
}

function signIn() {
  const next = encodeURIComponent("/my");
  return h("a", { class: "btn btn-sm btn-primary mt-2", href: `/login?next=${next}` }, "Sign in");
}

function rating(line, { helped, person }) {
  if (line.helped === true) return h("p", { class: "as-source" }, icon("check"), "Good to hear.");
  if (line.helped === false)
    return h("p", { class: "as-source" }, h("span", {}, "Sorry about that. Say it in other words, or "), h("button", { type: "button", class: "as-link", onclick: person }, "talk to a person"), ".");
  const one = (value, label, glyph) =>
    h("button", { type: "button", class: "btn btn-sm", "aria-label": `${label}, that ${value ? "helped" : "did not help"}`, onclick: () => helped(line, value) }, icon(glyph), ` ${label}`);
  return h("div", { class: "as-rating", role: "group", "aria-label": "Did that help?" }, h("span", {}, "Did that help?"), one(true, "Yes", "thumb-up"), one(false, "No", "thumb-down"));
}
