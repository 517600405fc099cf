/** What became of a ticket, the newest first. */
import { fill, h, icon, refill, since } from "../core/dom.js";
import { fieldName, foreign, valueWords } from "./ticket_words.js";

const SHOWN = 8;
const KINDS = { opened: "opened it", commented: "wrote", attached: "added a file", detached: "deleted a file", overdue: "A clock ran out", changed: "changed it", corrected: "corrected the guess", confirmed: "found the guess right", session_opened: "opened a session", session_ended: "was in a session that is over", case_open: "began the case", case_closed: "closed the case", case_deleted: "deleted the case", code_made: "made a support code", help_asked: "asked for help" };

/** Draw `changes` in `place`. */
export function drawHistory(desk, place, changes) {
  const newest = [...changes].sort((a, b) => b.id - a.id || new Date(b.at) - new Date(a.at));
  const list = h("ol", { class: "ct-history" });
  const show = (all) => refill(list, newest.slice(0, all ? undefined : SHOWN).map((each) => line(desk, each)));
  const more = newest.length > SHOWN ? h("button", { type: "button", class: "btn btn-sm btn-link", onclick: () => ((desk.isWhole = true), more.remove(), show(true)) }, `Show all ${newest.length}`) : null;
  show(desk.isWhole);
  fill(place, h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "History")), h("div", { class: "card-body" }, list, desk.isWhole ? null : more));
}

function line(desk, { kind, who, at, changes, names = {}, is_internal: isInternal }) {
  const fields = Object.entries(changes || {}).filter(([, pair]) => Array.isArray(pair) && kind !== "opened");
  const said = (name, value) => foreign(short(valueWords(name, value, (id) => names[id] || desk.nameOf(id))));
  return h(
    "li",
    { dataset: { kind } },
    who && kind !== "overdue" ? [foreign(who, { class: "fw-medium" }), " "] : null,
    KINDS[kind] || kind.replaceAll("_", " "),
    isInternal ? [" ", icon("lock", "ca-icon-small")] : null,
    h("span", { class: "text-secondary" }, ", ", since(at)),
    fields.map(([name, [was, is]]) => h("div", { class: "text-secondary small ca-break" }, `${fieldName(name)}: `, name === "description" || name === "resolution" ? "written anew" : was === null ? said(name, is) : [said(name, was), " → ", said(name, is)])),
  );
}

const short = (text) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
