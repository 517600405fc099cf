/** The reader's place in a list that changes by itself. */

/** Call `draw()`; what the reader looks at, or has the focus on, stays where it is on the screen. */
export function keepingPlace(rows, draw) {
  const before = anchor(rows);
  draw();
  if (!before) return;
  const after = rows.querySelector(`[data-ticket="${before.id}"]`);
  if (after && scrollY > 0) scrollBy(0, after.getBoundingClientRect().top - before.top);
}

/** Put the focus on the next row (`by` = 1) or the one before (-1). */
export function step(rows, by) {
  const links = [...rows.querySelectorAll("[data-row]")];
  const at = links.findIndex((each) => each.closest("tr").contains(document.activeElement));
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function anchor(rows) {
  const own = document.activeElement?.closest?.("[data-ticket]");
  const row = own && rows.contains(own) ? own : [...rows.children].find((each) => each.getBoundingClientRect().top >= 0);
  return row?.dataset.ticket ? { id: row.dataset.ticket, top: row.getBoundingClientRect().top } : null;
}
