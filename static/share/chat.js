/** The customer's chat: what was said before, what is said now, and whether it arrived. */
import { sendOnEnter } from "../js/core/compose.js";
import { h } from "../js/core/dom.js";
import { freshId } from "../js/core/ids.js";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** `{load(messages)}`. `ask(event, fields)` sends; it resolves to the acknowledgement or rejects. */
export function createChat({ line, ask, list, form, field }) {
  const shown = new Map(); // message id → its element
  line.on("chat-message", (event) => add(event));
  sendOnEnter(form, field, send);

  function send() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    deliver({ id: freshId(), message: text, role: "user", timestamp: new Date().toISOString() });
  }

  async function deliver(message) {
    add(message);
    mark(message, "Sending…");
    const answer = await ask("chat-message", message).catch(() => null);
    if (!answer || answer.ok === false) {
      const again = h("button", { type: "button", class: "btn btn-sm btn-link p-0", onclick: () => deliver(message) }, "Try again");
      return mark(message, answer ? `${answer.error}. ` : "Not sent: no connection. ", again);
    }
    if (answer.id) shown.set(String(answer.id), shown.get(message.id));
    return mark(message, "");
  }

  function mark({ id }, ...words) {
    shown.get(id).querySelector("[data-delivery]").replaceChildren(...words);
  }

  function add(message) {
    const id = String(message.id || `${message.timestamp}/${message.sender}`);
    if (shown.has(id)) return;
    const own = message.role !== "technician";
    const at = new Date(message.timestamp || Date.now());
    const time = Number.isNaN(at.getTime()) ? "" : clock.format(at);
    const item = h("li", { class: "sh-message", dataset: { own: String(own) } },
      h("div", { class: "sh-said" }, String(message.message ?? message.text ?? "")),
      h("div", { class: "sh-by" }, `${own ? "You" : message.sender || "Technician"} · ${time} `, h("span", { dataset: { delivery: "" } })));
    shown.set(id, item);
    list.append(item);
    list.scrollTop = list.scrollHeight;
  }

  return { load: (messages) => messages.forEach(add) };
}
