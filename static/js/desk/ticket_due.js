/** The clocks of a ticket: until when it is answered and solved, what is overdue, and what stands still. */
import { h, icon } from "../core/dom.js";
import { dateTime, duration } from "../core/format.js";
import { isDone } from "./ticket_words.js";

const SOON = 3600; // s

/** The clock that runs out next, as the list is sorted by: to be answered, or to be solved. null when none runs. */
function nextDue(ticket) {
  if (isDone(ticket)) return null;
  const answer = !ticket.responded_at && ticket.response_due_at ? { what: "Answer", at: ticket.response_due_at } : null;
  const solution = ticket.resolution_due_at ? { what: "Solve", at: ticket.resolution_due_at } : null;
  return answer && !(solution && new Date(solution.at) < new Date(answer.at)) ? answer : solution;
}

/** That clock as a node which keeps itself right: "Answer in 1 h 2 min", "overdue by 5 min", "Paused". */
export function dueClock(ticket) {
  const due = nextDue(ticket);
  if (!due) return h("span", { class: "text-secondary" }, "–");
  if (ticket.waiting_since) return h("span", { class: "text-secondary", title: "Waiting for the customer: the clock is paused." }, icon("player-pause", "ca-icon-small"), " Paused");
  return clock(due);
}

/** Both clocks, as rows of a list of facts. */
export function clockRows(ticket) {
  return [
    row("Answer", ticket, { at: ticket.response_due_at, done: ticket.responded_at, doneWords: "Answered" }),
    row("Solution", ticket, { at: ticket.resolution_due_at, done: isDone(ticket) ? ticket.resolved_at || ticket.updated_at : null, doneWords: "Done" }),
  ];
}

function row(label, ticket, { at, done, doneWords }) {
  let said = h("span", { class: "text-secondary" }, "No time is set");
  if (done) {
    const isLate = at && new Date(done) > new Date(at);
    said = h("span", { class: isLate ? "ct-over" : "" }, `${doneWords} ${dateTime(done)}${isLate ? ", late" : ""}`);
  } else if (isDone(ticket)) said = h("span", { class: "text-secondary" }, "–");
  else if (at && ticket.waiting_since) said = h("span", {}, icon("player-pause", "ca-icon-small"), " Paused while we wait for the customer");
  else if (at) said = clock({ what: "", at });
  return [h("dt", {}, label), h("dd", { dataset: { clock: label.toLowerCase() } }, said)];
}

function clock({ what, at }) {
  const node = h("time", { class: "ct-due", datetime: at, title: dateTime(at), dataset: { due: what } });
  tick(node);
  return node;
}

function tick(node) {
  const seconds = Math.floor((new Date(node.dateTime).getTime() - Date.now()) / 1000);
  const { due: what } = node.dataset;
  const isOver = seconds < 0;
  const text = isOver ? `${what ? `${what}: overdue by` : "Overdue by"} ${duration(-seconds)}` : `${what ? `${what} in` : "In"} ${duration(seconds)}`;
  if (node.textContent !== text) node.textContent = text;
  node.classList.toggle("ct-over", isOver);
  node.classList.toggle("ct-soon", !isOver && seconds < SOON);
}

setInterval(() => document.querySelectorAll("time[data-due]").forEach(tick), 1000);
