/** One page of a list at a time: where we are, and the buttons to the others. */
import { byId } from "../core/dom.js";

/** Wire `#before`, `#after` and `#place`; `turn(page)` is called for another page. */
export function pager({ size, turn }) {
  let page = 1;
  byId("before").addEventListener("click", () => turn(--page));
  byId("after").addEventListener("click", () => turn(++page));
  return {
    offset: () => (page - 1) * size,
    first: () => (page = 1),
    /** Say which of `total` are shown. True when this page has run empty and another must be fetched. */
    show(count, total) {
      if (!count && page > 1) {
        page = Math.max(1, Math.ceil(total / size));
        return true;
      }
      const from = (page - 1) * size;
      byId("pager").hidden = total <= size;
      byId("place").textContent = `${from + 1}–${from + count} of ${total.toLocaleString()}`;
      byId("before").disabled = page === 1;
      byId("after").disabled = from + count >= total;
      return false;
    },
  };
}
