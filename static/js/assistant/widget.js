/**
 * The assistant in the corner of a customer's page: a question, an answer out of the knowledge base, and the way to a
 * person. Loaded when somebody opens it, or had it open on the page before.
 */
import { ApiError, sentence } from "../core/api.js";
import { sendOnEnter } from "../core/compose.js";
import { fill, h, icon } from "../core/dom.js";
import { conversationOf } from "./conversation.js";
import { answerLine, theirLine, typing } from "./lines.js";
import { ask, PERSON, rate } from "./talk.js";

const LONGEST = 2000; // characters
const FIRST = "Hello! Tell me in a sentence what does not work, or what you would like to know. Please do not type passwords here.";
let widget = null;

/** Open or close the assistant of this door, the button in the corner. Who had it open on the page before finds it open
 * again, and the focus where it belongs on this one. */
export function toggle(door, { isAgain = false } = {}) {
  widget = widget || build(door);
  widget.show(widget.panel.hidden, { isAgain });
}

function build(door) {
  const talk = conversationOf(door.dataset.meId);
  const who = { isVisitor: !door.dataset.meId, isStaff: Boolean(door.dataset.meRole) && door.dataset.meRole !== "customer" };
  let isWaiting = false;
  const list = h("ul", { class: "as-lines" });
  const log = h("div", { class: "as-log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "0" }, list);
  const field = h("textarea", { id: "as-field", class: "form-control", rows: "1", maxlength: LONGEST, placeholder: "Your question…", "aria-label": "Your question", enterkeyhint: "send" });
  const button = h("button", { type: "submit", class: "btn btn-primary btn-icon", "aria-label": "Send" }, icon("send"));
  const form = h("form", { class: "as-form", novalidate: true }, field, button);
  const panel = h(
    "section",
    { id: "assistant-panel", class: "as-panel", role: "dialog", "aria-labelledby": "as-title", hidden: true },
    h(
      "header",
      { class: "as-head" },
      icon("message-chatbot"),
      h("h2", { id: "as-title" }, "Assistant"),
      h("button", { type: "button", class: "btn btn-sm btn-ghost-secondary ms-auto", onclick: begin }, "Start over"),
      h("button", { type: "button", class: "btn btn-icon btn-sm btn-ghost-secondary", "aria-label": "Close the assistant", onclick: () => show(false) }, icon("x")),
    ),
    log,
    form,
    h("footer", { class: "as-foot" }, h("span", {}, "Answers come from your support desk’s FAQ."), h("button", { type: "button", class: "as-link", onclick: person }, "Talk to a person")),
  );

  sendOnEnter(form, field, () => send(field.value.trim()));
  field.addEventListener("input", grow);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    show(false);
  });
  for (const name of ["online", "offline"]) addEventListener(name, tellNetwork);
  document.body.append(panel);
  draw();

  function show(isOpen, { isAgain = false } = {}) {
    talk.update((state) => (state.isOpen = isOpen));
    panel.hidden = !isOpen;
    door.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return door.focus();
    tellNetwork();
    toEnd();
    if (!isAgain) field.focus();
  }

  function draw() {
    const hadFocus = panel.contains(document.activeElement);
    const hello = { text: FIRST };
    fill(list, answerLine(hello), talk.state.lines.map((line) => (line.isMine ? theirLine(line, { again }) : answerLine(line, { helped, person, other: say }))), isWaiting ? typing() : null);
    if (hadFocus && !panel.contains(document.activeElement)) log.focus({ preventScroll: true }); // the button is gone
    toEnd();
  }

  /** The newest question stands on top, so that a long answer is read from its beginning; else the end is shown. */
  function toEnd() {
    const asked = [...list.querySelectorAll(".as-mine")].at(-1);
    log.scrollTop = asked ? asked.offsetTop - log.offsetTop - 12 : log.scrollHeight;
  }

  function add(line) {
    talk.update((state) => state.lines.push(line));
    draw();
  }

  function send(text) {
    if (!text || isWaiting) return;
    field.value = "";
    grow();
    say(text);
  }

  function say(text) {
    if (isWaiting) return;
    const line = { isMine: true, text };
    add(line);
    answered(line);
  }

  function again(line) {
    if (isWaiting) return;
    delete line.problem;
    answered(line);
  }

  /** To a person: with a sign-in a ticket is opened; a visitor is told what they can do. */
  function person() {
    say(PERSON);
  }

  async function answered(line) {
    isWaiting = true;
    draw();
    let reply = null;
    try {
      reply = await ask(line.text, talk.state.sessionId, who);
    } catch (error) {
      line.problem = problem(error);
    }
    isWaiting = false;
    if (!reply) {
      talk.update(() => {}); // what went wrong is remembered with its line
      draw();
      return;
    }
    talk.update((state) => (state.sessionId = reply.sessionId || state.sessionId));
    for (const each of talk.state.lines) delete each.canRate;
    add(reply.line);
  }

  async function helped(line, value) {
    talk.update(() => (line.helped = value));
    draw();
    if (value === false) field.focus();
    await rate(line, talk.state.sessionId, value, who).catch(() => {}); // it is counted, and nobody waits for that
  }

  function begin() {
    if (isWaiting) return;
    talk.begin();
    draw();
    field.focus();
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 140)}px`;
  }

  function tellNetwork() {
    panel.classList.toggle("as-offline", !navigator.onLine);
    field.placeholder = navigator.onLine ? "Your question…" : "You are offline just now";
  }

  return { panel, show };
}

function problem(error) {
  if (error instanceof ApiError && error.status === 0) return "You seem to be offline, or the server cannot be reached. Check your connection and try again.";
  return sentence(error);
}
