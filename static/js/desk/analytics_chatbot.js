/** Analytics: what the assistant was asked, and how it did. */
import { fill, h } from "../core/dom.js";
import { daysChart } from "./days_chart.js";
import { empty } from "./empty.js";
import { bars, count, daysTable, figure } from "./figures.js";

const SERIES = [["total", "Questions"], ["escalated", "To a person"]];

/** Show the figures of /api/chatbot/analytics in `place`. */
export function showChatbot(place, told) {
  place.removeAttribute("aria-busy");
  if (!told.total_queries)
    return void fill(place, h("div", { class: "card" }, empty({ glyph: "message-chatbot", title: "Nobody has asked the assistant in this period", text: "It stands in the corner of the portal and of the customers’ pages, and answers out of the FAQ.", action: h("a", { class: "btn", href: "/faq" }, "To the FAQ") })));
  const canvas = h("canvas", { role: "img" });
  fill(
    place,
    h(
      "div",
      { class: "row row-cards mb-3" },
      figure(count(told.total_queries), "Questions"),
      figure(count(told.escalation_rate, " %"), "Went to a person", `${count(told.escalated_queries)} of ${count(told.total_queries)}`),
      figure(count(told.avg_confidence_score * 100, " %"), "Confidence, on average"),
      figure(count(told.helpful_rate, " %"), "Helped, of those rated"),
    ),
    h("section", { class: "card mb-3", "aria-label": "Questions by day" }, h("div", { class: "card-body" }, h("div", { class: "ca-chart" }, canvas), daysTable("Questions by day", told.days, SERIES))),
    h(
      "div",
      { class: "cy-grid" },
      bars("Asked most", told.common_queries.map((each) => [each.query, each.count])),
      unanswered(told.unanswered),
      bars("Entries used most", told.top_entries.map((each) => [`${each.question || "An entry that is gone"}${rated(each)}`, each.count]), { none: "No answer came out of the FAQ in this period." }),
    ),
  );
  daysChart(canvas, { name: "Questions", series: SERIES }).show(told.days);
  return undefined;
}

function unanswered(asked) {
  const hint = h("a", { href: "/faq" }, "Write an entry for them");
  return bars("Without an answer", asked.map((each) => [each.query, each.count]), { none: "Every question got an answer.", hint: asked.length ? hint : "" });
}

function rated({ helpful, not_helpful: not }) {
  return helpful + not ? ` (helped ${helpful} of ${helpful + not})` : "";
}
