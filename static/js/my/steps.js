/** The commands of a session as a list: what was asked, by whom, and what came of it. */
import { h, since } from "../core/dom.js";
import { beginning } from "../core/printed.js";
import { facts } from "./facts.js";
import { plainName, stateBadge } from "./words.js";

/** The list. `opened` keeps the ids whose details are open while it is drawn anew. */
export function steps(commands, opened = new Set()) {
  return h("ol", { class: "cm-steps" }, commands.map((each) => step(each, opened)));
}

function step(command, opened) {
  const { result } = command;
  return h(
    "li",
    { dataset: { command: command.id, state: command.status } },
    h("div", { class: "cm-step-head" }, h("span", { class: "fw-medium ca-break" }, plainName(command.type)), stateBadge(command)),
    h("div", { class: "text-secondary small ca-break" }, command.requestedBy ? `${command.requestedBy}, ` : "", since(command.createdAt)),
    command.decidedBy ? h("div", { class: "text-secondary small ca-break" }, `${command.status === "rejected" ? "Rejected" : "Approved"} by ${command.decidedBy}${command.decisionReason ? `: ${command.decisionReason}` : ""}`) : null,
    result ? answer(result) : null,
    details(command, opened),
  );
}

function answer(result) {
  return [
    result.output ? beginning(String(result.output), "What the device answered") : null,
    result.error ? h("div", { class: "mt-1" }, h("div", { class: "small fw-medium" }, "The device says what went wrong:"), beginning(String(result.error), "What went wrong")) : null,
    result.output || result.error ? null : h("div", { class: "text-secondary small" }, "The device answered without a text."),
  ];
}

function details(command, opened) {
  const { parameters } = command;
  if (!parameters || typeof parameters !== "object" || !Object.keys(parameters).length) return null;
  const box = h("details", { class: "small mt-1", open: opened.has(command.id) }, h("summary", {}, "What was asked for"), facts(parameters));
  box.addEventListener("toggle", () => (box.open ? opened.add(command.id) : opened.delete(command.id)));
  return box;
}
