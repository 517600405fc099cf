/** The banner `#site-link` of the layout: it says that not all of the server is connected with this page. */

const TEXT = "Part of the server cannot be reached at the moment: people and devices connected elsewhere may be missing.";

/** Show the banner, or take it away. */
export function showSiteLink(isWhole) {
  const banner = document.getElementById("site-link");
  if (!banner) return;
  banner.hidden = isWhole;
  banner.querySelector("[data-text]").textContent = isWhole ? "" : TEXT;
}
