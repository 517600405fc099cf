/** A session as the desk shows it, from a row of /api/sessions. */
import { h, icon, since } from "../core/dom.js";
import { duration } from "../core/format.js";
import { dot } from "./device.js";
import { mayAct } from "./empty.js";

const RIGHTS = { view: "view", control: "control", clipboard: "clipboard", files: "files", commands: "commands", recording: "recording" };
const STATES = { connected: "Connected", waiting: "Waiting", ended: "Ended" };

/** "connected", "waiting" or "ended". */
export function stateOf(row) {
  if (row.status === "connected") return "connected"; // `ended_at` of a waiting one is when its helper went
  const isOver = row.status === "ended" || Date.parse(row.expires_at || "") < Date.now();
  return isOver ? "ended" : row.status || "waiting";
}

/** The row with what a `session-updated` event says of it. */
export function updated(row, { sessionId, ...changes }) {
  return { ...row, ...changes };
}

/** Does the customer share from a browser? */
const inBrowser = (row) => (row.client_info || {}).kind === "browser";

/** Who is in a live session right now: helper, technicians, viewers, and what is allowed. */
function presence(row) {
  const people = row.active_technicians || 0;
  const watching = row.viewing_technicians || 0;
  const allowed = (row.rights || []).map((right) => RIGHTS[right] || right);
  return [
    `${inBrowser(row) ? "browser" : "helper"} ${row.helper_connected ? "online" : "offline"}`,
    people ? `${people} technician${people === 1 ? "" : "s"}${watching ? `, ${watching} watching` : ""}` : null,
    allowed.length ? `allowed: ${allowed.join(", ")}` : null,
  ].filter(Boolean);
}

/** One row of a list of sessions, with the way to open it and to write its case. */
export function sessionRow(row, { caller = "" } = {}) {
  const state = stateOf(row);
  const who = row.customer_name || row.machine_name || row.device_hostname || row.session_id;
  const where = [row.machine_name || row.device_hostname, row.technician_name, row.session_id].filter(
    (text) => text && text !== who,
  );
  const query = inBrowser(row) ? "?rights=view" : ""; // all that it can give is asked for on the way in
  const page = `/sessions/${encodeURIComponent(row.session_id)}${query}`;
  return h(
    "div",
    {},
    h("span", { class: "ca-stat-icon ca-icon-box" }, icon(state === "connected" ? "screen-share" : "history")),
    h(
      "div",
      { class: "ca-grow" },
      h(
        "div",
        { class: "d-flex gap-2 align-items-center" },
        h("span", { class: "ca-clip fw-medium" }, who),
        h("span", { class: `ca-state ca-state-${state}` }, STATES[state] || state),
        caller ? h("span", { class: "ca-state ca-state-waiting" }, `${caller} calls you`) : null,
      ),
      h("div", { class: "ca-clip text-secondary small" }, where.join(" · ")),
      h("div", { class: "text-secondary small" }, since(row.created_at), length(row)),
      state === "ended"
        ? null
        : h("div", { class: "small", dataset: { presence: row.session_id } },
            dot(row.helper_connected), presence(row).join(" · ")),
    ),
    h("div", { class: "ca-actions flex-nowrap" }, actions(row, state, page)),
  );
}

function actions(row, state, page) {
  if (state !== "ended")
    return h(
      "a",
      { class: "btn btn-sm btn-primary", href: page, dataset: { key: `open ${row.session_id}` }, "aria-label": `Open session ${row.session_id}` },
      "Open",
    );
  if (row.case_id) return h("a", { class: "btn btn-sm", href: `/cases/${encodeURIComponent(row.case_id)}` }, "Case");
  if (!mayAct()) return null;
  return h(
    "a",
    {
      class: "btn btn-sm",
      href: `/cases/new?session=${encodeURIComponent(row.session_id)}`,
      "aria-label": `Write the case of session ${row.session_id}`,
    },
    "Write case",
  );
}

function length(row) {
  const seconds = row.billable_seconds || row.viewing_seconds || 0;
  return seconds ? ` · ${duration(seconds)} on screen` : "";
}
