/** The pill `#live-pill` of the layout: it says that the page's line to the server is down. */

const DELAY = 1500; // ms; a blink of the network is not worth alarming anyone
let pending = 0;

/** Say `text` once it has been true for a moment; "" takes it away at once. */
export function showPill(text) {
  const pill = document.getElementById("live-pill");
  clearTimeout(pending);
  if (!pill) return;
  if (!text) {
    pill.hidden = true;
    return;
  }
  pending = setTimeout(() => {
    pill.querySelector("[data-text]").textContent = text;
    pill.hidden = false;
  }, DELAY);
}
