/** A command as a row of a list: what, for which device, who asked, how far it is, and what came of it. */
import { get, post, sentence } from "../core/api.js";
import { isOpen } from "../core/command_states.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, fill, h, icon, since } from "../core/dom.js";
import { dateTime, duration } from "../core/format.js";
import { beginning } from "../core/printed.js";
import { mayAct } from "./empty.js";

const STATES = {
  pending_approval: ["Waits for the customer’s approval", "ca-state-waiting"],
  queued: ["Queued", "ca-state-waiting"],
  claimed: ["With the device", "ca-state-waiting"],
  done: ["Done", "ca-state-connected"],
  failed: ["Failed", "ca-state-bad"],
  dead: ["Dead letter", "ca-state-bad"],
  rejected: ["Rejected", ""],
  cancelled: ["Cancelled", ""],
};

/** How many dead letters there are, as a sentence. */
export function undelivered(count) {
  return count === 1 ? "1 command could not be delivered." : `${count.toLocaleString()} commands could not be delivered.`;
}

/**
 * The row. `opened` maps the ids of commands that are unfolded to their whole rows, and lives as long as the list;
 * `changed()` is called after something was done here; with `chosen`, a set of ids, the row has a box to choose it.
 */
export function commandRow(command, { opened, changed, withDevice = true, chosen = null, onChosen = null }) {
  const [words, look] = STATES[command.state] || [command.state, ""];
  return h(
    "li",
    { class: "cq-line", dataset: { command: command.id, state: command.state } },
    chosen ? box(command, chosen, onChosen) : null,
    h(
      "div",
      { class: "ca-grow" },
      h(
        "div",
        { class: "d-flex flex-wrap align-items-center gap-2" },
        h("span", { class: "cq-type ca-break" }, command.type),
        h("span", { class: `ca-state ${look}` }, words),
      ),
      withDevice ? h("div", { class: "ca-break" }, h("a", { href: `/devices/${encodeURIComponent(command.device_id)}#commands`, dataset: { key: `device ${command.id}` } }, command.device_name || command.device_id), command.device_name && command.device_name !== command.device_id ? h("span", { class: "text-secondary small" }, ` · ${command.device_id}`) : null) : null,
      h("div", { class: "text-secondary small ca-break" }, about(command)),
    ),
    mayAct() ? h("div", { class: "ca-actions" }, actions(command, changed)) : null,
    details(command, opened),
  );
}

function about({ requested_by: who, created_at: at, attempts, priority, state, decided_by: decider, decision_reason: why }) {
  const parts = [`${who || "Somebody"}, `, since(at)];
  if (priority !== 5) parts.push(` · priority ${priority}`);
  if (attempts > 1 || state === "dead") parts.push(` · delivered ${attempts} times`);
  if (decider) parts.push(` · ${state === "rejected" ? "rejected" : "approved"} by ${decider}${why ? `: ${why}` : ""}`);
  else if (why) parts.push(` · ${why}`);
  return parts;
}

function box(command, chosen, onChosen) {
  return h("input", {
    type: "checkbox",
    class: "form-check-input",
    checked: chosen.has(command.id),
    "aria-label": `Choose ${command.type} for ${command.device_id}`,
    dataset: { key: `choose ${command.id}` },
    onchange: ({ currentTarget }) => {
      if (currentTarget.checked) chosen.add(command.id);
      else chosen.delete(command.id);
      onChosen();
    },
  });
}

function actions(command, changed) {
  const one = (verb, label, glyph, act) =>
    h(
      "button",
      { type: "button", class: "btn btn-sm", "aria-label": `${label}: ${command.type} for ${command.device_id}`, dataset: { key: `${verb} ${command.id}` }, onclick: (event) => act(event.currentTarget) },
      icon(glyph),
      ` ${label}`,
    );
  if (command.state === "dead") return one("redrive", "Send again", "refresh", (button) => send(button, command, "redrive", changed));
  return isOpen(command.state) ? one("cancel", "Cancel", "x", (button) => cancel(button, command, changed)) : null;
}

async function cancel(button, command, changed) {
  const text =
    command.state === "claimed"
      ? "The device has it already: it may still do it, and its answer won’t count."
      : "It will not be run.";
  if (await confirm({ title: `Cancel ${command.type}?`, text, action: "Cancel the command", danger: true }))
    await send(button, command, "cancel", changed);
}

async function send(button, command, verb, changed) {
  try {
    await busy(button, () => post(`/api/commands/${encodeURIComponent(command.id)}/${verb}`, {}));
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
  changed();
}

function details(command, opened) {
  const body = h("div", { class: "cq-whole" });
  const more = h("details", { class: "cq-more", open: opened.has(command.id) }, h("summary", { dataset: { key: `more ${command.id}` } }, "Details"), body);
  const known = opened.get(command.id);
  if (known) fill(body, whole(known));
  if (more.open && (!known || known.state !== command.state)) learn(command, body, opened);
  more.addEventListener("toggle", () => {
    if (!more.open) opened.delete(command.id);
    else if (!opened.has(command.id)) learn(command, body, opened);
  });
  return more;
}

async function learn({ id }, body, opened) {
  if (!opened.has(id)) opened.set(id, null);
  try {
    const { command } = await get(`/api/commands/${encodeURIComponent(id)}`);
    if (opened.has(id)) opened.set(id, command);
    fill(body, whole(command));
  } catch (error) {
    fill(body, h("p", { class: "text-danger mb-0", role: "alert" }, sentence(error)));
  }
}

function whole(command) {
  const { result, parameters } = command;
  return [
    h("div", { class: "text-secondary small ca-break" }, `Id ${command.id}`, command.session_id ? ` · session ${command.session_id}` : "", ` · asked for ${dateTime(command.created_at)}`, command.finished_at ? ` · over ${dateTime(command.finished_at)}` : "", command.visible_until ? ` · the device has it until ${dateTime(command.visible_until)}` : ""),
    h("h3", {}, "Parameters"),
    beginning(JSON.stringify(parameters, null, 2), "Parameters"),
    result ? answer(result) : h("p", { class: "text-secondary small mt-2 mb-0" }, "The device has not answered."),
  ];
}

function answer(result) {
  const took = result.duration === null || result.duration === undefined ? "" : result.duration < 1000 ? `, took ${result.duration} ms` : `, took ${duration(result.duration / 1000)}`;
  return [
    h("h3", {}, `Answer: ${result.status}${took}`, result.receivedAt ? [", ", since(result.receivedAt)] : null),
    result.output ? beginning(result.output, "Output") : null,
    result.error ? [h("h3", {}, "Error"), beginning(result.error, "Error")] : null,
    result.output || result.error ? null : h("p", { class: "text-secondary small mb-0" }, "Without a text."),
  ];
}
