/** The banner `#site-link` of the layout: it says that not all of the server is connected with this page. */

const TEXT = "Part of the server cannot be reached at the moment: people and devices connected elsewhere may be missing.";

const DELAY = 1500; // ms; a blink is not worth a word
let pending = 0;

/** Show the banner once that has been so for a moment, or take it away at once. */
export function showSiteLink(isWhole) {
  const banner = document.getElementById("site-link");
  clearTimeout(pending);
  if (!banner) return;
  if (isWhole) {
    banner.hidden = true;
    return;
  }
  pending = setTimeout(() => {
    banner.hidden = false;
    banner.querySelector("[data-text]").textContent = TEXT;
  }, DELAY);
}
