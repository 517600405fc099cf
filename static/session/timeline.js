/** What happened in this session since the page was opened, newest first. */
import { h, icon } from "/static/js/core/dom.js";

const MOST = 300;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** `happened(text, icon)` writes one line of `list`. */
export function createTimeline({ list, now = () => new Date() }) {
  return function happened(text, glyph = "info-circle") {
    const at = now();
    list.prepend(h("li", {}, icon(glyph), h("span", {}, text), h("time", { datetime: at.toISOString() }, clock.format(at))));
    while (list.children.length > MOST) list.lastElementChild.remove();
  };
}
