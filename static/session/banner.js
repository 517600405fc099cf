/** The line below the toolbar and the curtain over the empty picture: what is going on and what can be done. */
import { fill, h, icon } from "/static/js/core/dom.js";
import { describe } from "./story.js";

const LOOKS = {
  joining: "plug-connected", waiting: "clock", idle: "shield-check", asking: "help-circle", declined: "hand-stop", timeout: "clock",
  connecting: "screen-share", stalled: "refresh", "helper-lost": "plug-connected-x", "line-lost": "wifi-off", revoked: "hand-stop",
  stopped: "player-stop", ended: "circle-check", refused: "alert-circle", connected: "circle-check",
};
/** States in which the whole picture area is free for the message. */
const LARGE = new Set(["joining", "waiting", "idle", "asking", "declined", "timeout", "connecting", "revoked", "stopped", "ended", "refused"]);

/** Show the state in `banner`, `curtain` and as `root.dataset.state`. `act` maps action names to functions. */
export function showStory({ store, root, banner, curtain, act, now = Date.now }) {
  let shown = "";
  const links = { case: ["Write the case", "file-text"], dashboard: ["Back to dashboard", "layout-dashboard"], ask: ["Ask for access", "shield-check"], again: ["Ask again", "refresh"], vncPassword: ["Enter the password", "key"], vncAgain: ["Try again", "refresh"] };

  const button = (name, primary) => {
    const [label, glyph] = links[name];
    return h("button", { type: "button", class: `btn ${primary ? "btn-primary" : ""}`, dataset: { action: name }, onclick: () => act[name]() }, icon(glyph), label);
  };

  function render() {
    const story = describe(store.facts, now());
    const large = LARGE.has(story.state) && store.facts.picture !== "live";
    root.dataset.state = story.state;
    const quiet = large || (story.state === "connected" && !story.notice);
    root.dataset.quiet = String(quiet);
    const key = JSON.stringify([story, large]);
    if (key === shown) return;
    const same = shown && sameButNumbers(shown, key);
    shown = key;
    if (same) return countOn(story.text);
    fill(curtain, large ? poster(story) : null);
    curtain.hidden = !large;
    banner.dataset.tone = story.tone;
    fill(banner, quiet ? hidden(story.text) : strip(story));
  }

  /** A countdown changes its number every second; a screen reader need not hear each of them. */
  function countOn(text) {
    for (const element of [banner, curtain]) {
      const words = element.querySelector("[data-words]");
      if (!words) continue;
      element.setAttribute("aria-live", "off");
      words.textContent = text;
    }
    setTimeout(() => banner.setAttribute("aria-live", "polite"), 0);
  }

  const poster = (story) => h("div", { class: "cs-poster", dataset: { tone: story.tone } },
    h("span", { class: "cs-poster-mark" }, icon(LOOKS[story.state])),
    h("p", { class: "cs-poster-text", dataset: { words: "" } }, story.text),
    story.busy ? h("span", { class: "cs-busy", "aria-hidden": "true" }) : null,
    h("div", { class: "btn-list justify-content-center" }, story.actions.map((name, index) => button(name, index === 0))));

  const strip = (story) => [
    icon(story.notice ? "hand-stop" : LOOKS[story.state]), h("span", { dataset: { words: "" } }, story.text),
    h("span", { class: "cs-banner-actions" }, story.actions.map((name) => button(name, false))),
    story.notice ? h("button", { type: "button", class: "btn btn-sm btn-ghost-secondary", onclick: act.dismiss }, "Close") : null,
  ];

  store.on(render);
  setInterval(render, 1000);
}

const hidden = (text) => h("span", { class: "visually-hidden", dataset: { words: "" } }, text);
const sameButNumbers = (one, other) => one.replace(/\d+/g, "") === other.replace(/\d+/g, "");
