/** What the values of a ticket mean, in words; how they look; and where the API has them. */
import { h, icon } from "../core/dom.js";

export const STATES = { open: "Open", in_progress: "In progress", resolved: "Solved", closed: "Closed", cancelled: "Cancelled" };
export const PRIORITIES = { critical: "Critical", high: "High", medium: "Medium", low: "Low" };
export const CATEGORIES = {
  system_down: "System down",
  performance_issue: "Slow or unstable",
  password_reset: "Password and sign-in",
  software_installation: "Software",
  hardware_issue: "Hardware",
  network_issue: "Network",
  other: "Other",
};
const STATE_LOOKS = { open: "waiting", in_progress: "connected", cancelled: "", resolved: "", closed: "" };
const FIELDS = { title: "Title", description: "Description", status: "State", priority: "Priority", category: "Category", guess: "Category", assigned_to: "Assigned to", resolution: "Solution", waiting_for_customer: "Waiting for the customer", session_id: "Session", case_id: "Case", device_id: "Device" };
const DONE = new Set(["resolved", "closed", "cancelled"]);

/** Is nothing more to be done about it? */
export const isDone = (ticket) => DONE.has(ticket.status);

/** The path of a ticket in the API. */
export const pathOf = (id) => `/api/tickets/${encodeURIComponent(id)}`;

/** The name of a field of a ticket. */
export const fieldName = (name) => FIELDS[name] || name.replaceAll("_", " ");

/** A value of a ticket's field as it is read. `nameOf(id)` names people. */
export function valueWords(field, value, nameOf = String) {
  if (value === null || value === undefined || value === "") return field === "assigned_to" ? "Nobody" : "Nothing";
  if (field === "assigned_to") return nameOf(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return ({ status: STATES, priority: PRIORITIES, category: CATEGORIES, guess: CATEGORIES })[field]?.[value] || String(value);
}

/** Text of others on its own: which way it runs says nothing about what stands around it. */
export function foreign(text, props = {}) {
  return h("bdi", { dir: "auto", ...props }, text);
}

export function stateBadge(ticket) {
  const isPaused = ticket.waiting_since && !isDone(ticket);
  const look = isPaused ? "" : STATE_LOOKS[ticket.status];
  return h("span", { class: `ca-state ${look ? `ca-state-${look}` : ""}`, dataset: { state: ticket.status } }, isPaused ? "Waiting for customer" : STATES[ticket.status] || ticket.status);
}

export function priorityBadge(priority) {
  const glyph = { critical: "alert-triangle", high: "alert-circle" }[priority];
  return h("span", { class: `ct-priority ct-${priority}` }, glyph ? icon(glyph, "ca-icon-small") : null, PRIORITIES[priority] || priority);
}

/** Options for a `<select>`, from an object of words. A value that is none of them stands at the end as it is. */
export function options(words, { chosen = null, first = null } = {}) {
  const known = first ? [first, ...Object.entries(words)] : Object.entries(words);
  const all = chosen && !known.some(([value]) => value === chosen) ? [...known, [chosen, chosen]] : known;
  return all.map(([value, label]) => h("option", { value, selected: value === (chosen ?? "") }, label));
}
