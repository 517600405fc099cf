/** What a ticket is about and led to: its device, sessions, support codes and cases; and the ways to new ones. */
import { get, post } from "../core/api.js";
import { h, icon, refill, since } from "../core/dom.js";
import { code, duration } from "../core/format.js";
import { attempt } from "./device_parts.js";
import { foreign, pathOf } from "./ticket_words.js";

/** Load and draw them in `place`. */
export async function drawLinks(desk, place) {
  const { ticket } = desk;
  const found = await get(`${pathOf(ticket.id)}/links`).catch(() => ({ sessions: [], codes: [], cases: [] })); // the ticket can be worked on without
  const rows = [device(ticket), ...found.sessions.map(session), ...found.codes.map(supportCode), ...found.cases.map(written)].filter(Boolean);
  refill(
    place,
    h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Device, sessions and cases")),
    h("ul", { class: "ct-links" }, rows.length ? rows : h("li", { class: "text-secondary" }, "Nothing is linked yet.")),
    desk.mayAct ? h("div", { class: "card-body pt-0 d-flex flex-wrap gap-2" }, actions(desk, found)) : null,
  );
}

function line(glyph, href, words, more) {
  return h("li", {}, icon(glyph), h("div", { class: "ca-grow" }, href ? h("a", { href, class: "ca-break", dataset: { key: href } }, words) : words, more ? h("div", { class: "text-secondary small ca-break" }, more) : null));
}

function device(ticket) {
  if (!ticket.device_id) return null;
  const name = foreign(ticket.hostname || ticket.device_id);
  return line("device-desktop", `/devices/${encodeURIComponent(ticket.device_id)}`, name, ticket.hostname ? foreign(ticket.device_id) : "It is removed.");
}

function session({ session_id: id, status, seconds, technician_name: who, created_at: at }) {
  return line("screen-share", `/sessions/${encodeURIComponent(id)}`, `Session ${id}`, [status === "ended" ? `ended, ${duration(seconds)}` : status.replaceAll("_", " "), who ? [" · ", foreign(who)] : "", " · ", since(at)]);
}

function supportCode({ support_code: digits, expires_at: until }) {
  return line("dialpad", null, h("span", { class: "ca-code" }, code(digits)), ["Support code to read out. It expires ", since(until)]);
}

function written({ id, case_number: number, title, status }) {
  return line("file-text", `/cases/${encodeURIComponent(id)}`, ["Case #", number, " ", foreign(title || "")], status);
}

function actions(desk, found) {
  const { ticket } = desk;
  const go = (label, glyph, path, where) =>
    h(
      "button",
      { type: "button", class: "btn btn-sm", dataset: { key: path }, onclick: (event) => attempt(event.currentTarget, async () => where(await post(`${pathOf(ticket.id)}/${path}`, {}))) },
      icon(glyph),
      ` ${label}`,
    );
  const came = (answer) => (answer.session_url ? location.assign(answer.session_url) : desk.reload());
  return [
    go(ticket.device_id ? "Open session" : "Make support code", ticket.device_id ? "screen-share" : "dialpad", "sessions", came),
    found.sessions.length || ticket.session_id ? go("Open case", "file-text", "cases", ({ case_url: url }) => location.assign(url)) : null,
  ];
}
