/** What every page has: the theme switch, sign-out and times that stay fresh. Loaded by the layouts. */
import { post } from "./api.js";
import { keepFresh } from "./format.js";

const KEY = "connectassist-theme"; // the same key as static/js/theme.js

for (const button of document.querySelectorAll("[data-theme-choice]")) {
  button.addEventListener("click", () => choose(button.dataset.themeChoice));
}
for (const button of document.querySelectorAll("[data-sign-out]")) {
  button.addEventListener("click", signOut);
}
mark();
keepFresh();

function choose(theme) {
  localStorage.setItem(KEY, theme);
  window.connectassistApplyTheme();
  mark();
}

function mark() {
  const current = localStorage.getItem(KEY) || "auto";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
  }
}

async function signOut() {
  await post("/api/auth/logout").catch(() => {}); // an expired sitting is signed out already
  location.assign("/login");
}
