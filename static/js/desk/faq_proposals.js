/** What solved tickets and cases propose for the knowledge base: edited, accepted, or put aside. */
import { get, post, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, byId, h, icon, refill, since } from "../core/dom.js";
import { seen } from "../core/printed.js";
import { empty, mayAct, showFailure } from "./empty.js";
import { askEntry } from "./faq_dialog.js";

const MOST = 100;

/** The list of proposals; `accepted(entry)` is called when one became an entry. */
export function faqProposals({ nameOf, categories, accepted }) {
  const place = byId("proposals");

  async function load() {
    try {
      const found = await get(`/api/chatbot/proposals?limit=${MOST}`);
      place.removeAttribute("aria-busy");
      byId("waiting").hidden = !found.length;
      byId("waiting").textContent = found.length < MOST ? found.length : `${MOST}+`;
      refill(place, found.length ? found.map(card) : empty({ glyph: "bulb", title: "No proposals wait", text: "When a ticket is resolved and says how, or a case is closed with its solution, it is proposed here." }));
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  function card(each) {
    return h(
      "article",
      { class: "card", dataset: { proposal: each.id } },
      h(
        "div",
        { class: "card-body" },
        h("h3", { class: "cf-question", dir: "auto" }, seen(each.question)),
        h("p", { class: "cf-answer mb-2", dir: "auto" }, seen(each.answer)),
        h("p", { class: "text-secondary small mb-0" }, "From ", h("a", { href: `/${each.source}s/${encodeURIComponent(each.source_id)}` }, `${each.source} ${each.source_id}`), " of ", h("bdi", {}, nameOf(each.client_id) || "a client"), ", ", since(each.created_at)),
        mayAct()
          ? h(
              "div",
              { class: "btn-list mt-3" },
              h("button", { type: "button", class: "btn btn-sm btn-primary", dataset: { key: `accept ${each.id}` }, "aria-label": `Read and accept: ${each.question}`, onclick: () => accept(each) }, icon("check"), " Read and accept"),
              h("button", { type: "button", class: "btn btn-sm", dataset: { key: `dismiss ${each.id}` }, "aria-label": `Dismiss: ${each.question}`, onclick: (event) => dismiss(each, event.currentTarget) }, "Dismiss"),
            )
          : null,
      ),
    );
  }

  async function accept(each) {
    const made = await askEntry({
      title: "Accept this proposal",
      action: "Accept",
      given: each,
      clients: [],
      categories: categories(),
      isProposal: true,
      warning: "It comes from what was written for one person. Make sure that no name, number or password is left in it.",
      send: (entry) => post(`/api/chatbot/proposals/${each.id}/accept`, entry),
    });
    if (made) {
      toast("It is in the knowledge base now.", { kind: "success" });
      accepted(made);
    }
    load();
  }

  async function dismiss(each, button) {
    await attempt(button, () => post(`/api/chatbot/proposals/${each.id}/dismiss`, {}), "Dismissed.", () => attempt(null, () => post(`/api/chatbot/proposals/${each.id}/restore`, {})));
  }

  async function attempt(button, work, said = "", undo = null) {
    try {
      await (button ? busy(button, work) : work());
      if (said) toast(said, { action: "Undo", onAction: undo });
    } catch (error) {
      toast(sentence(error), { kind: "danger" });
    }
    load();
  }

  return { load };
}
