/** Try a question: which entries the assistant finds for it, and whether it would answer. */
import { post, sentence } from "../core/api.js";
import { busy, byId, fill, h, icon } from "../core/dom.js";

const KINDS = { ticket: "A solved ticket" };

/** Wire the form `#try`; `open(entryId)` shows an entry that was found. */
export function faqTrial({ open }) {
  byId("try").addEventListener("submit", async (event) => {
    event.preventDefault();
    const question = byId("try-question").value.trim();
    if (!question) return byId("try-question").focus();
    const client = byId("try-client").value;
    try {
      const answer = await busy(byId("try-go"), () => post("/api/chatbot/trial", { question, client_id: client ? Number(client) : null }));
      fill(byId("tried"), shown(answer));
    } catch (error) {
      fill(byId("tried"), h("div", { class: "alert alert-danger mb-0" }, sentence(error)));
    }
    return null;
  });

  function shown({ answers, found }) {
    const verdict = answers
      ? h("p", { class: "cf-verdict" }, icon("circle-check"), "It answers with the first of these.")
      : h("p", { class: "cf-verdict cf-unsure" }, icon("help-circle"), found.length ? "Not sure enough: it asks back, and offers a person." : "Nothing fits: it asks back, and offers a person.");
    const [first, ...others] = found;
    const listed = first ? [first, ...others.sort((one, other) => other.confidence - one.confidence)] : [];
    return [verdict, h("ol", { class: "cf-found" }, listed.map(line))];
  }

  function line(each) {
    const percent = Math.round(each.confidence * 100);
    const name = each.question || KINDS[each.kind] || each.kind;
    const meter = h("meter", { min: 0, max: 100, value: percent, "aria-hidden": "true" });
    meter.value = percent;
    return h("li", {}, each.kind === "faq" ? h("button", { type: "button", class: "as-link text-start", dir: "auto", onclick: () => open(each.id) }, name) : h("a", { href: `/tickets/${each.id}` }, name), h("div", { class: "cf-sure" }, meter, h("span", { class: "ca-number" }, `${percent} %`)));
  }
}
