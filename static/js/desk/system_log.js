/**
 * The log: the newest entries, filtered by the server, older ones on wish. What is new is put on top while one is
 * there; who reads further down is told how many there are and not moved.
 */
import { get } from "../core/api.js";
import { byId, fill, h } from "../core/dom.js";
import { filters } from "../core/filters.js";
import { dateTime } from "../core/format.js";
import { seen } from "../core/printed.js";
import { empty, showFailure } from "./empty.js";

const PAGE = 100;
const LEVELS = { ERROR: "cs-bad", CRITICAL: "cs-bad", WARNING: "cs-warn" };

/** The log of the page; `refresh()` looks for what is new. */
export function systemLog() {
  const place = byId("logs");
  let [entries, newer, asked, hasMore] = [[], [], 0, false];
  const choice = filters(again);
  byId("newer").firstElementChild.addEventListener("click", showNewer);
  byId("more").firstElementChild.addEventListener("click", older);
  place.addEventListener("scroll", () => place.scrollTop < 8 && newer.length && showNewer());

  async function page(offset = 0) {
    const mine = ++asked;
    const query = choice.chosen();
    query.set("limit", PAGE + 1);
    if (offset) query.set("offset", offset);
    const found = await get(`/api/dashboard/logs?${query}`);
    return mine === asked ? found : null; // something else was asked for meanwhile
  }

  async function again() {
    try {
      const found = await page();
      if (!found) return;
      [entries, newer, hasMore] = [found.slice(0, PAGE), [], found.length > PAGE];
      place.scrollTop = 0;
      draw();
    } catch (error) {
      showFailure(place, error, { retry: again });
    }
  }

  async function refresh() {
    if (!entries.length) return again();
    const found = await page().catch(() => null);
    if (!found) return;
    const known = entries[0].id;
    newer = found.slice(0, PAGE).filter((each) => each.id > known);
    if (!newer.length) return;
    if (newer.length === PAGE) [entries, newer, hasMore] = [newer, [], true]; // so much that there may be a hole
    if (place.scrollTop < 8) return showNewer();
    tell();
  }

  function showNewer() {
    entries = [...newer, ...entries].slice(0, 20 * PAGE);
    newer = [];
    place.scrollTop = 0;
    draw();
  }

  async function older(event) {
    event.currentTarget.disabled = true;
    const found = await page(entries.length + newer.length).catch(() => null);
    byId("more").firstElementChild.disabled = false;
    if (!found) return;
    const known = new Set(entries.map((each) => each.id));
    entries = [...entries, ...found.slice(0, PAGE).filter((each) => !known.has(each.id))];
    hasMore = found.length > PAGE;
    draw();
  }

  function draw() {
    place.removeAttribute("aria-busy");
    const at = place.scrollTop;
    fill(place, entries.length ? h("ol", { class: "cs-lines" }, entries.map(line)) : nothing());
    place.scrollTop = at;
    byId("more").hidden = !hasMore;
    learnSources();
    tell();
  }

  function tell() {
    byId("newer").hidden = !newer.length;
    byId("newer").firstElementChild.textContent = newer.length === 1 ? "1 newer entry" : `${newer.length} newer entries`;
  }

  function learnSources() {
    const known = new Set([...byId("source").options].map((each) => each.value));
    const found = [...new Set(entries.map((each) => each.source))].filter((each) => !known.has(each));
    byId("source").append(...found.sort().map((each) => h("option", { value: each }, each.replaceAll("_", " "))));
  }

  function nothing() {
    if (!choice.isAny()) return empty({ glyph: "notes", title: "Nothing happened yet", text: "Whatever people and devices do here is written down: sign-ins, sessions, downloads, and what went wrong." });
    return empty({ glyph: "search", title: "Nothing fits", text: "No entry matches what you typed and chose.", action: h("button", { type: "button", class: "btn", onclick: choice.clear }, "Show all") });
  }

  return { refresh, load: again };
}

function line(entry) {
  const told = details(entry);
  return h(
    "li",
    { class: "cs-line", dataset: { entry: entry.id } },
    h("time", { class: "cs-at ca-number", datetime: entry.timestamp }, dateTime(entry.timestamp)),
    h("span", { class: `cs-level ${LEVELS[entry.level] || ""}` }, entry.level.toLowerCase()),
    h("span", { class: "cs-source" }, entry.source.replaceAll("_", " ")),
    h("span", { class: "cs-message" }, h("bdi", {}, seen(entry.message)), told ? h("span", { class: "text-secondary" }, " · ", h("bdi", {}, seen(told))) : null),
  );
}

/** Who did it and on which device; the rest of an entry's metadata is for programs. */
function details({ metadata }) {
  try {
    const { actor, device_id: device, address } = JSON.parse(metadata);
    return [actor, device, address].filter(Boolean).join(" · ");
  } catch {
    return "";
  }
}
