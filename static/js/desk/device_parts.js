/** Small pieces that the sections of the device page share. */
import { ApiError, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, fill, h, icon } from "../core/dom.js";
import { empty } from "./empty.js";
import { Refused } from "./device_line.js";

const OFFLINE = "The device is offline. This works again when its helper is connected.";

/** What to tell a person about `error`, wherever it comes from. */
export function words(error) {
  return error instanceof Refused ? error.message : sentence(error);
}

/** Do `work()` while `button` shows it; a failure is said in passing. Resolves to whether it went well. */
export async function attempt(button, work) {
  try {
    await (button ? busy(button, work) : work());
    return true;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ApiError)) console.error(error);
    toast(words(error), { kind: "danger" });
    return false;
  }
}

/** Do `work()` while `button` shows it; resolves to "", or to why it failed. */
export async function problem(button, work) {
  try {
    await busy(button, work);
    return "";
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ApiError)) console.error(error);
    return words(error);
  }
}

/** What a tool shows that has no list: why, or what to do. */
export function noList(why, { glyph, text }) {
  return why
    ? empty({ glyph: "alert-triangle", title: "The device could not do this", text: why })
    : empty({ glyph, title: "No list yet", text });
}

/** A button: `tool("Refresh", "refresh", fn)`. */
export function tool(label, glyph, onclick, { extra = "", title = label, ...more } = {}) {
  return h("button", { type: "button", class: `btn btn-sm ${extra}`, title, onclick, ...more }, icon(glyph), label);
}

/** A titled card around `body`. */
export function card(title, body) {
  return h(
    "div",
    { class: "card mb-3" },
    h("div", { class: "card-header" }, h("h2", { class: "card-title" }, title)),
    body,
  );
}

/** A table that turns into cards on a phone; `columns` are [label, extra class]. `rows` are arrays of cells. */
export function table(columns, rows, { caption = "" } = {}) {
  return h(
    "div",
    { class: "table-responsive" },
    h(
      "table",
      { class: "table table-sm table-vcenter card-table ca-cards cd-table" },
      caption ? h("caption", { class: "visually-hidden" }, caption) : null,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map(([label, extra]) => h("th", { class: extra || null }, label)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((cells) =>
          h(
            "tr",
            {},
            cells.map((cell, at) =>
              h(
                "td",
                { class: columns[at][1] || null, dataset: columns[at][0] ? { label: columns[at][0] } : {} },
                cell,
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A bar of `percent`, with its words: `meter(72, "36 of 50 GB")`. */
export function meter(percent, text, level = "") {
  const bounded = Math.min(100, Math.max(0, Number(percent) || 0));
  const bar = h("div", { class: `progress-bar ${level ? `cd-fill-${level}` : ""}` });
  bar.style.width = `${bounded}%`;
  return h(
    "div",
    { class: "cd-meter" },
    h("div", { class: "progress", role: "img", "aria-label": `${Math.round(bounded)} percent` }, bar),
    h("span", { class: "cd-meter-text ca-number" }, text),
  );
}

/** A value from outside as text, cut to a sensible length. */
export function said(value, { never = "–", most = 500 } = {}) {
  if (value === null || value === undefined || value === "") return never;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A number from outside, or null. */
export function number(value) {
  const found = typeof value === "number" ? value : Number.parseFloat(value);
  return Number.isFinite(found) ? found : null;
}

/** A list from outside: an array, the JSON of one, or nothing. */
export function list(value) {
  if (typeof value === "string") {
    try {
      value = JSON.parse(value);
    } catch {
      return [];
    }
  }
  return Array.isArray(value) ? value : value && typeof value === "object" ? [value] : [];
}

/** Say in `place` that the device is offline; what was there before stays away. */
export function sayOffline(place, title, text = OFFLINE) {
  fill(place, h("div", { class: "card" }, empty({ glyph: "plug-connected-x", title, text })));
}
