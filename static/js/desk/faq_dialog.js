/** An entry of the knowledge base in a dialog, with a preview of how the assistant shows it. */
import { answerLine } from "../assistant/lines.js";
import { fill, h } from "../core/dom.js";
import { askUntil, field } from "./form_dialog.js";
import { tagField } from "./tag_field.js";

const isAdmin = document.body.dataset.meRole === "admin";

/**
 * Ask for an entry until `send(values)` is content; resolves to what it answered, or null. `clients` are those that one
 * may write for, as [id, name]; `categories` those that there are. With `forEverybody` a tick stands for the choice of
 * the client, as a proposal has one already.
 */
export function askEntry({ title, action, given, clients, categories, send, isProposal = false, warning = "" }) {
  return askUntil({
    title,
    action,
    given: { ...given, tags: (given.tags || []).join(", ") },
    fields: (values) => form(values, { clients, categories, isProposal, warning }),
    send: (values) => send(entryOf(values, isProposal)),
  });
}

function form(values, { clients, categories, isProposal, warning }) {
  const preview = h("ul", { class: "as-lines cf-preview", "aria-label": "How the assistant shows it" });
  const question = field("question", "Question", values.question, { maxlength: 500, required: true, dir: "auto", hint: "As people ask it, in one sentence." });
  const answer = field("answer", "Answer", values.answer, { rows: 5, maxlength: 10000, required: true, dir: "auto", hint: "Plain text. What to try first, then what next." });
  const show = () => {
    const [asked, text] = [question, answer].map((each) => each.querySelector("input, textarea").value.trim());
    fill(preview, answerLine({ text: text || "…", source: asked || "…" }));
  };
  const all = h(
    "div",
    { oninput: show },
    warning ? h("div", { class: "alert alert-warning" }, warning) : null,
    question,
    answer,
    h("div", { class: "row g-3" }, h("div", { class: isProposal ? "col-12" : "col-sm-6" }, category(values, categories)), isProposal ? null : h("div", { class: "col-sm-6" }, whose(values, clients))),
    tagField("tags", "Tags", (values.tags || "").split(",").map((tag) => tag.trim()).filter(Boolean)),
    isProposal && isAdmin ? h("label", { class: "form-check mb-3" }, h("input", { type: "checkbox", class: "form-check-input", name: "for_everybody", value: "1", checked: values.for_everybody === "1" }), h("span", { class: "form-check-label" }, "For the people of every client")) : null,
    h("p", { class: "form-label mb-1" }, "How the assistant shows it"),
    preview,
  );
  show();
  return all;
}

function category(values, categories) {
  const list = h("datalist", { id: "ask-categories" }, categories.map((each) => h("option", { value: each })));
  const made = field("category", "Category", values.category, { maxlength: 60, list: "ask-categories", placeholder: "general" });
  made.append(list);
  return made;
}

function whose(values, clients) {
  const chosen = values.client_id === null || values.client_id === undefined ? "" : String(values.client_id);
  return h(
    "div",
    { class: "mb-3" },
    h("label", { class: "form-label", for: "ask-client_id" }, "For the people of"),
    h("select", { id: "ask-client_id", name: "client_id", class: "form-select" }, isAdmin ? h("option", { value: "" }, "Every client") : null, clients.map(([id, name]) => h("option", { value: id, selected: String(id) === chosen }, name))),
  );
}

function entryOf({ question, answer, category: chosen, tags, client_id: clientId, form: sent }, isProposal) {
  const entry = { question, answer, category: chosen || "general", tags: tags ? tags.split(",").map((tag) => tag.trim()).filter(Boolean) : [] };
  if (isProposal) return { ...entry, for_everybody: sent.get("for_everybody") === "1" };
  return { ...entry, client_id: clientId ? Number(clientId) : null };
}
