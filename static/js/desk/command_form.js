/** The form that queues a command: its type, its parameters as JSON, its priority, and who must allow it, said before. */
import { get, post } from "../core/api.js";
import { fill, h, icon } from "../core/dom.js";
import { freshId } from "../core/ids.js";
import { attempt } from "./device_parts.js";

/** What our own helper does, with parameters to begin with. */
const KNOWN = {
  check: { checkType: "disk" },
  "check.all": {},
  profile: {},
  tool: { tool: "process_list", params: {} },
  repair: { actionId: "clear_temp", parameter: null },
  message: { text: "Hello from your support desk." },
};
const PRIORITIES = { 1: "1, before all others", 5: "5, usual", 10: "10, when nothing else waits" };

const TYPING = 300; // ms of rest before the server is asked
const NEEDS = {
  approval: "The customer must approve this first, in their portal.",
  person: "The person at the device is asked first, by the helper there.",
  nothing: "It is done without anybody’s approval, as soon as the device asks for work.",
};

/** The form as `node`. `added()` is called when a command was queued; `session()` gives the one that goes on. */
export function commandForm(device, { added, session }) {
  const type = h("input", { id: "command-type", class: "form-control", list: "command-types", maxlength: "80", required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: "check.all" });
  const types = h("datalist", { id: "command-types" });
  const parameters = h("textarea", { id: "command-parameters", class: "form-control", rows: "4", spellcheck: "false", "aria-describedby": "command-problem", value: "{}" });
  const problem = h("div", { class: "invalid-feedback", id: "command-problem", "aria-live": "polite" });
  const priority = h("select", { id: "command-priority", class: "form-select" }, Array.from({ length: 10 }, (_, at) => h("option", { value: String(at + 1), selected: at === 4 }, PRIORITIES[at + 1] || String(at + 1))));
  const note = h("p", { class: "text-secondary small mb-0", id: "command-note", role: "status" });
  const go = h("button", { type: "submit", class: "btn btn-primary" }, icon("send"), " Queue");
  const node = h(
    "form",
    { class: "cq-form", novalidate: true, onsubmit: send },
    h("div", {}, h("label", { class: "form-label", for: "command-type" }, "Type"), type, types),
    h("div", {}, h("label", { class: "form-label", for: "command-priority" }, "Priority"), priority),
    h("div", { class: "cq-wide" }, h("label", { class: "form-label", for: "command-parameters" }, "Parameters (JSON)"), parameters, problem),
    h("div", { class: "cq-wide d-flex flex-wrap gap-3 align-items-center" }, go, h("div", { class: "ca-grow" }, note)),
  );
  let [isKnown, key, example, typing, asked] = [false, freshId(), "{}", 0, 0];
  type.addEventListener("input", suggest);
  parameters.addEventListener("input", () => (read(), soon()));

  /** Fetch what was asked for lately, once. */
  async function learn() {
    if (isKnown) return;
    const found = await get("/api/commands/types");
    isKnown = true;
    fill(types, [...new Set([...Object.keys(KNOWN), ...found.types])].map((each) => h("option", { value: each })));
  }

  /** A type that we know brings parameters to begin with, while nobody has written others. */
  function suggest() {
    const wanted = KNOWN[type.value.trim()];
    if (parameters.value.trim() === example && wanted) {
      example = JSON.stringify(wanted, null, 2);
      parameters.value = example;
      read();
    }
    type.classList.remove("is-invalid");
    soon();
  }

  /** The parameters, or undefined while they are no JSON. */
  function read() {
    try {
      const value = parameters.value.trim() ? JSON.parse(parameters.value) : {};
      parameters.classList.remove("is-invalid");
      problem.textContent = "";
      return value;
    } catch (error) {
      parameters.classList.add("is-invalid");
      problem.textContent = `This is no JSON yet: ${error.message}`;
      return undefined;
    }
  }

  /** Say beforehand who must allow it, once nobody types any more. */
  function soon() {
    clearTimeout(typing);
    typing = setTimeout(explain, TYPING);
  }

  async function explain() {
    const mine = ++asked;
    const [name, values] = [type.value.trim(), read()];
    if (!name || values === undefined) return void (note.textContent = "");
    const answer = await post(`${device.path}/commands/needs`, { type: name, parameters: values }).catch(() => null);
    if (mine === asked) note.textContent = answer ? NEEDS[answer.needs] : "";
  }

  async function send(event) {
    event.preventDefault();
    const [name, values] = [type.value.trim(), read()];
    type.classList.toggle("is-invalid", !name);
    if (!name) return type.focus();
    if (values === undefined) return parameters.focus();
    const body = { type: name, parameters: values, priority: Number(priority.value), idempotencyKey: key, sessionId: session()?.session_id || null };
    if (!(await attempt(go, () => post(`${device.path}/commands`, body)))) return undefined;
    [key, type.value, example, parameters.value] = [freshId(), "", "{}", "{}"]; // another click is another command
    explain();
    return added();
  }

  return { node, learn, explain };
}
