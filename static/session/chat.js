/** The chat with the customer: what was said before, what is said now, and whether it arrived. */
import { get } from "../js/core/api.js";
import { sendOnEnter } from "../js/core/compose.js";
import { h } from "../js/core/dom.js";
import { freshId } from "../js/core/ids.js";
import { refusal } from "./say.js";

const PAGE = 100; // messages fetched at a time; after a break in the line, all that may have been missed
const MOST = 500;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** `{load()}`; `load` fetches the history again, as after every reconnect. */
export function createChat({ line, sessionId, me, list, form, field, panels }) {
  const shown = new Map(); // message id → its element
  let unread = 0;

  line.on("chat-message", (event) => {
    if (event.sessionId && event.sessionId !== sessionId) return;
    if (add(event)) notice();
  });
  sendOnEnter(form, field, send);
  field.addEventListener("input", grow);

  async function load() {
    const known = shown.size > 0;
    const answer = await page("", known ? MOST : PAGE);
    if (!known) offerEarlier(answer);
  }

  async function page(query, limit = PAGE) {
    const answer = await get(`/api/sessions/${encodeURIComponent(sessionId)}/messages?limit=${limit}${query}`).catch(() => ({}));
    for (const message of answer.messages || []) add(message);
    return answer;
  }

  /** A button above the oldest message, while there are older ones. */
  function offerEarlier({ messages, more }) {
    if (!more || !messages.length) return;
    const button = h("button", { type: "button", class: "btn btn-sm", onclick: async () => {
      button.disabled = true;
      const answer = await page(`&before=${messages[0].timestamp}`);
      if (!answer.messages) return (button.disabled = false);
      item.remove();
      return offerEarlier(answer);
    } }, "Earlier messages");
    const item = h("li", { class: "cs-earlier", dataset: { at: "0" } }, button);
    list.prepend(item);
  }

  function send() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    grow();
    deliver({ id: freshId(), message: text, role: "technician", sender: me.name, timestamp: new Date().toISOString() });
  }

  async function deliver(message) {
    add(message);
    mark(message, "sending", "Sending…");
    const answer = await line.ask("chat-message", { sessionId, ...message }).catch(() => null);
    if (!answer || answer.ok === false) return failed(message, answer ? refusal(answer) : "Not sent: the server did not answer.");
    if (answer.id && answer.id !== message.id) shown.set(answer.id, shown.get(message.id));
    mark(message, "sent", "");
  }

  function failed(message, why) {
    const again = h("button", { type: "button", class: "btn btn-sm btn-link p-0", onclick: () => deliver(message) }, "Try again");
    mark(message, "failed", why, again);
  }

  function mark({ id }, state, words, ...extra) {
    const item = shown.get(id);
    item.dataset.delivery = state;
    item.querySelector(".cs-delivery").replaceChildren(words, words ? " " : "", ...extra);
  }

  function add(message) {
    const id = String(message.id || `${message.timestamp}/${message.sender}`);
    if (shown.has(id)) return false;
    const own = message.role === "technician" && (!message.sender || message.sender === me.name);
    const who = own ? "You" : message.sender || (message.role === "technician" ? "Technician" : "Customer");
    const at = new Date(message.timestamp || Date.now());
    const item = h("li", { class: "cs-message", dataset: { own: String(own), role: message.role || "user", at: String(at.getTime()) } },
      h("div", { class: "cs-said" }, String(message.message ?? message.text ?? "")),
      h("div", { class: "cs-by" }, `${who} · `, h("time", { datetime: iso(at) }, iso(at) && clock.format(at)), h("span", { class: "cs-delivery" })));
    shown.set(id, item);
    place(item, at.getTime());
    return !own;
  }

  /** Where it belongs in time: history may arrive after something live. */
  function place(item, time) {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    const later = [...list.children].reverse().findIndex((other) => !(Number(other.dataset.at) > time));
    const before = later < 0 ? list.firstChild : list.children[list.children.length - later] || null;
    list.insertBefore(item, before);
    if (atEnd || (item.dataset.own === "true" && !item.nextSibling)) list.scrollTop = list.scrollHeight;
  }

  function notice() {
    if (panels.isShown("chat") && document.visibilityState === "visible") return;
    unread = panels.isShown("chat") ? 0 : unread + 1;
    panels.badge("chat", unread);
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 140)}px`;
  }

  return {
    load,
    read() {
      unread = 0;
      list.scrollTop = list.scrollHeight;
    },
  };
}

function iso(date) {
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
