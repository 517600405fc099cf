/** Analytics: how tickets fare. */
import { fill, h } from "../core/dom.js";
import { daysChart } from "./days_chart.js";
import { empty } from "./empty.js";
import { bars, count, daysTable, figure, span } from "./figures.js";
import { CATEGORIES, PRIORITIES, STATES } from "./ticket_words.js";

const SERIES = [["created", "Opened"], ["resolved", "Solved"]];

/** Show the figures of /api/tickets/figures in `place`. */
export function showTickets(place, told) {
  place.removeAttribute("aria-busy");
  const waiting = told.backlog.reduce((sum, each) => sum + each.count, 0);
  if (!told.opened && !told.resolved && !waiting)
    return void fill(place, h("div", { class: "card" }, empty({ glyph: "ticket", title: "No ticket in this period", text: "Choose a longer period, or open the first ticket.", action: h("a", { class: "btn", href: "/tickets" }, "To the tickets") })));
  const canvas = h("canvas", { role: "img" });
  fill(
    place,
    h(
      "div",
      { class: "row row-cards mb-3" },
      figure(count(told.opened), "Opened", `${count(told.resolved)} solved`),
      figure(span(told.response_hours), "Until somebody answered", `${count(told.response_kept, " %")} in time`),
      figure(span(told.resolution_hours), "Until it was solved", `${count(told.resolution_kept, " %")} in time`),
      figure(told.guessed ? count(((told.guessed - told.corrected) * 100) / told.guessed, " %") : "–", "Guessed right", guesses(told)),
    ),
    h("section", { class: "card mb-3", "aria-label": "Tickets by day" }, h("div", { class: "card-body" }, h("div", { class: "ca-chart" }, canvas), daysTable("Tickets by day", told.days, SERIES))),
    h(
      "div",
      { class: "cy-grid" },
      bars("State", ordered(told.distributions.status, STATES)),
      bars("Priority", ordered(told.distributions.priority, PRIORITIES)),
      bars("Category", Object.entries(told.distributions.category).map(([name, value]) => [CATEGORIES[name] || words(name), value])),
      bars("How long open ones wait", told.backlog.map((each) => [each.age, each.count]), { none: "Nothing waits." }),
    ),
  );
  daysChart(canvas, { name: "Tickets", series: SERIES }).show(told.days);
  return undefined;
}

function guesses({ guessed, corrected }) {
  return guessed ? `${count(corrected)} of ${count(guessed)} put right by staff` : "No category was guessed";
}

function ordered(counts, names) {
  const known = Object.keys(names).map((name) => [names[name], counts[name] || 0]);
  return [...known, ...Object.entries(counts).filter(([name]) => !names[name]).map(([name, value]) => [words(name), value])];
}

function words(name) {
  const said = name.replaceAll("_", " ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}
