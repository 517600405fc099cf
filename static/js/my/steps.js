/** The commands of a session as a list: what was asked, by whom, and what came of it. */
import { h, since } from "../core/dom.js";
import { facts, printed } from "./facts.js";
import { plainName, stateBadge, stateOf } from "./words.js";

const CUT = 4000; // characters of an output that are shown at once

/** The list. `opened` keeps the ids whose details are open while it is drawn anew. */
export function steps(commands, opened = new Set()) {
  return h("ol", { class: "cm-steps" }, commands.map((each) => step(each, opened)));
}

function step(command, opened) {
  const { result } = command;
  return h(
    "li",
    { dataset: { command: command.id, state: stateOf(command) } },
    h("div", { class: "cm-step-head" }, h("span", { class: "fw-medium ca-break" }, plainName(command.type)), stateBadge(command)),
    h("div", { class: "text-secondary small ca-break" }, command.requestedBy ? `${command.requestedBy}, ` : "", since(command.createdAt)),
    command.decidedBy ? h("div", { class: "text-secondary small ca-break" }, `${stateOf(command) === "rejected" ? "Rejected" : "Approved"} by ${command.decidedBy}${command.decisionReason ? `: ${command.decisionReason}` : ""}`) : null,
    result ? answer(result) : null,
    details(command, opened),
  );
}

function answer(result) {
  return [
    result.output ? longText(String(result.output), "What the device answered") : null,
    result.error ? h("div", { class: "mt-1" }, h("div", { class: "small fw-medium" }, "The device says what went wrong:"), longText(String(result.error), "What went wrong")) : null,
    result.output || result.error ? null : h("div", { class: "text-secondary small" }, "The device answered without a text."),
  ];
}

function longText(text, label) {
  if (text.length <= CUT) return printed(text, label);
  const box = h("div", {}, printed(`${text.slice(0, CUT)}…`, label));
  box.append(h("button", { type: "button", class: "btn btn-sm mt-1", onclick: () => box.replaceChildren(printed(text, label)) }, `Show all ${text.length.toLocaleString()} characters`));
  return box;
}

function details(command, opened) {
  const { parameters } = command;
  if (!parameters || typeof parameters !== "object" || !Object.keys(parameters).length) return null;
  const box = h("details", { class: "small mt-1", open: opened.has(command.id) }, h("summary", {}, "What was asked for"), facts(parameters));
  box.addEventListener("toggle", () => (box.open ? opened.add(command.id) : opened.delete(command.id)));
  return box;
}
