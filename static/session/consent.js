/** Asking the customer, and the dialog in which a technician says for what and why. */
import { post, sentence } from "../js/core/api.js";
import { ask as dialog } from "../js/core/dialog.js";
import { h } from "../js/core/dom.js";
import { askable, isBrowser } from "./browser.js";
import { inWords } from "./status.js";

export const RIGHTS = [
  ["view", "See the screen"],
  ["control", "Mouse and keyboard"],
  ["clipboard", "Paste text"],
  ["files", "Exchange files"],
  ["commands", "Run commands and diagnostics"],
  ["recording", "Record the screen"],
];
/** What makes no sense without the view. */
const NEEDS_VIEW = ["control", "clipboard", "recording"];
const HELD = 30000; // ms that a customer has for the answer

/** The known rights of `list`, with the view where one of them needs it, in the usual order. */
export function complete(list) {
  const wanted = new Set(list);
  if (NEEDS_VIEW.some((right) => wanted.has(right))) wanted.add("view");
  return RIGHTS.map(([right]) => right).filter((right) => wanted.has(right));
}

/** `{request(rights, reason), open(), again()}`. */
export function createConsent({ store, line, sessionId, me, happened, now = Date.now }) {
  let last = { rights: ["view", "control"], reason: "" };
  line.on("connection-request", (event) => {
    const { asking } = store.facts;
    const isMine = String(event.technicianId) === String(me.id);
    if (isMine && asking && event.expiresAt) store.set({ asking: { ...asking, until: Math.min(asking.until, new Date(event.expiresAt).getTime() || Infinity) } });
    else if (!isMine && event.technicianName) happened(`${event.technicianName} asks for ${(event.rights || []).join(", ")}`, "help-circle");
  });

  async function request(rights, reason = "") {
    const missing = askable(store.facts, complete(rights).filter((right) => !store.facts.rights.includes(right)));
    if (!missing.length || store.facts.asking || store.facts.ended) return;
    last = { rights: missing, reason };
    store.set({ asking: { rights: missing, until: now() + HELD }, answer: null, takenBack: [] });
    happened(`You asked to ${inWords(missing)}`, "help-circle");
    const outcome = await put(missing, reason);
    store.set({ asking: null, ...outcome });
    const refused = outcome.answer ? [] : missing.filter((right) => !store.facts.rights.includes(right));
    if (refused.length) store.set({ answer: { outcome: "partly", refused } });
  }

  async function put(rights, reason) {
    try {
      const body = { rights, reason, technicianName: me.name, technicianId: me.id };
      return outcome(await post(`/api/sessions/${encodeURIComponent(sessionId)}/connect`, body));
    } catch (error) {
      return { answer: { outcome: "error", text: sentence(error) } };
    }
  }

  function outcome(answer) {
    if (answer.approved) {
      if (answer.autoApproved) happened("Allowed beforehand (unattended access)", "shield-check");
      return { answer: null, ...(Array.isArray(answer.rights) ? { rights: union(store.facts.rights, answer.rights) } : {}) };
    }
    if (store.facts.ended) return {};
    const timeout = /time/i.test(answer.reason || "");
    const denied = /den|declin|refus/i.test(answer.reason || "");
    happened(timeout ? "The customer didn't answer" : "The customer declined", "hand-stop");
    return { answer: { outcome: timeout ? "timeout" : denied ? "declined" : "other", text: answer.reason || "" } };
  }

  async function open() {
    const given = await dialog({ title: "Ask the customer", fields: form(), action: "Ask" });
    if (given) request([...given.getAll("rights"), ...store.facts.held], String(given.get("reason") || "").trim());
  }

  function form() {
    const boxes = RIGHTS.map(([right, label]) => {
      const has = store.facts.rights.includes(right);
      const comes = !has && store.facts.held.includes(right); // one set of rights: whoever is let in may use all of it
      const cannot = !askable(store.facts, [right]).length;
      const box = h("input", { type: "checkbox", class: "form-check-input", name: "rights", value: right, disabled: has || comes || cannot, checked: !cannot && (has || comes || last.rights.includes(right)) });
      const word = has ? " · allowed" : comes ? " · as your colleague" : cannot ? " · needs the helper" : "";
      return h("label", { class: "form-check" }, box, h("span", { class: "form-check-label" }, label, word ? h("span", { class: "text-secondary" }, word) : null));
    });
    const reason = h("input", { class: "form-control", name: "reason", maxlength: 200, value: last.reason, placeholder: "Set up the printer" });
    return [
      isBrowser(store.facts) ? h("p", { class: "text-secondary" }, "The customer shares from the browser: ask for the helper to control.") : null,
      h("fieldset", { class: "mb-3" }, h("legend", { class: "form-label" }, "What do you need?"), boxes),
      h("label", { class: "form-label d-block" }, "Reason, shown to the customer", reason),
    ];
  }

  /** What is told of on the page, that is what went or what was not given, is asked for once more. */
  function again() {
    const { answer, takenBack } = store.facts;
    return request(!answer && takenBack.length ? takenBack : last.rights, last.reason);
  }

  return { request, open, again };
}

function union(one, other) {
  return complete([...one, ...other]);
}
