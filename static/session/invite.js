/** Calling a colleague into the session: to help too, or to take it over. */
import { del, get, post, sentence } from "../js/core/api.js";
import { ask } from "../js/core/dialog.js";
import { h, icon } from "../js/core/dom.js";

const OUTCOMES = { accepted: "is coming", declined: "declined", withdrawn: "is not needed any more", completed: "has taken the session over" };

/** `rows()` are the lines below the people: who was called and is awaited, and the button. `changed()` draws them anew. */
export function createInviting({ line, sessionId, note, happened, changed }) {
  const path = `/api/sessions/${encodeURIComponent(sessionId)}`;
  const waiting = new Map(); // invitation id → {name, kind}
  line.on("session-invitation-closed", (event) => {
    if (event.sessionId !== sessionId || !waiting.has(event.invitationId)) return;
    const { kind } = waiting.get(event.invitationId);
    if (event.outcome === "accepted" && kind === "handover") waiting.get(event.invitationId).isComing = true; // until they are let in
    else waiting.delete(event.invitationId);
    const words = `${event.technicianName} ${OUTCOMES[event.outcome] || event.outcome}`;
    happened(words, "users");
    if (event.outcome === "declined") note(words);
    changed();
  });

  async function open() {
    try {
      const { colleagues } = await get(`${path}/colleagues`);
      if (!colleagues.length) return note("There is no other technician for this client.");
      const given = await ask({ title: "Invite a colleague", fields: form(colleagues), action: "Invite" });
      if (given) await call(given);
    } catch (error) {
      note(sentence(error), "danger");
    }
  }

  async function call(given) {
    const kind = given.get("kind");
    const body = { userId: Number(given.get("colleague")), kind, note: String(given.get("note") || "").trim() };
    const made = await post(`${path}/invitations`, body);
    const name = made.technicianName;
    waiting.set(made.invitationId, { name, kind });
    setTimeout(() => lapse(made.invitationId), made.secondsLeft * 1000);
    happened(kind === "handover" ? `You asked ${name} to take over` : `You invited ${name}`, "users");
    changed();
  }

  function lapse(id) {
    if (!waiting.has(id) || waiting.get(id).isComing) return;
    note(`${waiting.get(id).name} did not answer.`);
    waiting.delete(id);
    changed();
  }

  async function withdraw(id) {
    await del(`/api/sessions/invitations/${encodeURIComponent(id)}`).catch(() => {}); // answered or over in the meantime
    waiting.delete(id);
    changed();
  }

  function rows() {
    const awaited = [...waiting].map(([id, each]) => h("li", { class: "cs-awaited" }, icon("clock"),
      h("span", { class: "flex-fill" }, state(each)),
      each.isComing ? null : h("button", { type: "button", class: "btn btn-sm", onclick: () => withdraw(id), "aria-label": `Take the invitation to ${each.name} back` }, "Cancel")));
    const button = h("button", { type: "button", class: "btn w-100", id: "invite", onclick: open }, icon("users"), "Invite a colleague…");
    return [...awaited, h("li", {}, button)];
  }

  return { rows };
}

function state({ name, kind, isComing }) {
  if (isComing) return `${name} takes over as soon as the customer lets them in`;
  return kind === "handover" ? `${name} is asked to take over` : `${name} is invited`;
}

function form(colleagues) {
  const options = colleagues.map((each) => h("option", { value: each.id }, `${each.name}${each.inSession ? " · in this session" : each.online ? " · online" : " · not at their desk"}`));
  const kinds = [["invite", "Invite", "Both of you stay."], ["handover", "Hand over", "They take the session on; you leave it once the customer has let them in."]];
  return [
    h("label", { class: "form-label d-block" }, "Colleague", h("select", { class: "form-select", name: "colleague", required: true }, options)),
    h("fieldset", { class: "my-3" }, h("legend", { class: "form-label" }, "What for?"), kinds.map(([value, label, hint], index) => h("label", { class: "form-check" },
      h("input", { type: "radio", class: "form-check-input", name: "kind", value, checked: index === 0 }),
      h("span", { class: "form-check-label" }, label), h("span", { class: "form-check-description" }, hint)))),
    h("label", { class: "form-label d-block" }, "Note for them", h("input", { class: "form-control", name: "note", maxlength: 500, placeholder: "The printer is offline, I am stuck" })),
    h("p", { class: "text-secondary small mt-2 mb-0" }, "The customer is asked before they see the screen."),
  ];
}
