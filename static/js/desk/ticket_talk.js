/** The conversation of a ticket. A note for staff and an answer to the customer differ in colour, in words and in what
 * their button says; a note is what one writes unless one chooses otherwise, each time anew. */
import { post } from "../core/api.js";
import { h, icon, since } from "../core/dom.js";
import { attempt } from "./device_parts.js";
import { foreign, pathOf } from "./ticket_words.js";

const MODES = {
  internal: { label: "Internal note", glyph: "lock", hint: "Only staff see this.", action: "Save internal note", placeholder: "What should your colleagues know?" },
  public: { label: "Answer to the customer", glyph: "send", hint: "The customer reads this.", action: "Send to the customer", placeholder: "Write to the customer…" },
};

/** Draw the conversation in `list`; `isTheirs(comment)`: did the other side write it? What stands there already stays, so
 * that only what is new is read out. */
export function drawTalk(ticket, list, { nothing = "Nothing was said yet.", isTheirs = () => false, isStaff = true } = {}) {
  list.removeAttribute("aria-busy");
  const comments = ticket.comments || [];
  for (const each of [...list.children]) if (!comments.some(({ id }) => String(id) === each.dataset.comment)) each.remove();
  if (!comments.length) list.append(h("li", { class: "text-secondary" }, nothing));
  for (const each of comments) if (!list.querySelector(`[data-comment="${each.id}"]`)) list.append(bubble(each, isTheirs(each), isStaff));
}

function bubble({ id, author, content, is_internal: isInternal, created_at: at }, isTheirs, isStaff) {
  const look = isInternal ? "ct-internal" : isTheirs ? "ct-customer" : "ct-public";
  return h(
    "li",
    { class: `ct-bubble ${look}`, dataset: { comment: id, internal: String(Boolean(isInternal)) } },
    h("div", { class: "ct-who" }, foreign(author, { class: "fw-medium" }), " ", since(at), isInternal ? h("span", { class: "ct-word" }, icon("lock", "ca-icon-small"), " Internal note, staff only") : isTheirs || !isStaff ? null : h("span", {}, "· answer, the customer reads it")),
    h("div", { class: "ct-lines", dir: "auto" }, content),
  );
}

/** The field for staff to write in. Returns the node, with `typed()` and `isInternal()`. */
export function writePart(desk) {
  let mode = "internal";
  const field = h("textarea", { id: "comment", class: "form-control", rows: "3", maxlength: "10000", dir: "auto" });
  const go = h("button", { type: "submit", class: "btn" });
  const hint = h("span", { class: "ct-hint", id: "comment-hint", role: "status" });
  const waits = h("input", { type: "checkbox", class: "form-check-input", name: "waits" });
  const waiting = h("label", { class: "form-check m-0" }, waits, h("span", { class: "form-check-label" }, "Then wait for the customer"));
  const tabs = Object.entries(MODES).map(([name, { label, glyph }]) => h("label", { class: "ct-mode" }, h("input", { type: "radio", name: "mode", value: name, onchange: () => choose(name) }), icon(glyph, "ca-icon-small"), ` ${label}`));
  const form = h("form", { class: "ct-write", "aria-label": "Write" }, h("fieldset", { class: "ct-modes" }, h("legend", { class: "visually-hidden" }, "Who shall read it?"), tabs), h("label", { class: "visually-hidden", for: "comment" }, "Text"), field, h("div", { class: "ct-send" }, go, waiting, hint));
  field.setAttribute("aria-describedby", "comment-hint");
  form.addEventListener("submit", (event) => (event.preventDefault(), send()));
  field.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && (event.preventDefault(), send()));
  choose(mode);

  function choose(name) {
    mode = name;
    const { hint: words, action, placeholder } = MODES[name];
    form.dataset.mode = name;
    form.querySelector(`[value=${name}]`).checked = true;
    hint.textContent = words;
    go.textContent = action;
    field.placeholder = placeholder;
    waiting.hidden = name === "internal";
    desk.modeChanged?.(name === "internal");
  }

  async function send() {
    const content = field.value.trim();
    if (!content) return field.focus();
    const isInternal = mode === "internal";
    const body = { content, is_internal: isInternal, ...(!isInternal && waits.checked ? { waiting_for_customer: true } : {}) };
    if (!(await attempt(go, () => post(`${pathOf(desk.id)}/comments`, body)))) return desk.reload();
    field.value = "";
    waits.checked = false;
    choose("internal");
    desk.reload();
    return field.focus();
  }

  return { node: form, focus: () => field.focus(), isInternal: () => mode === "internal", typed: () => (field.value.trim() ? [["What you wrote", field.value]] : []) };
}
