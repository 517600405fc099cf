/** The line below the toolbar and the curtain over the empty picture: what is going on and what can be done. */
import { fill, h, icon } from "../js/core/dom.js";
import { describe } from "./status.js";

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
    const status = describe(store.facts, now());
    const large = LARGE.has(status.state) && store.facts.picture !== "live";
    root.dataset.state = status.state;
    const quiet = large || (status.state === "connected" && !status.notice);
    root.dataset.quiet = String(quiet);
    const key = JSON.stringify([status, large]);
    if (key === shown) return;
    const same = shown && sameButNumbers(shown, key);
    shown = key;
    if (same) return countOn(status.text);
    fill(curtain, large ? poster(status) : null);
    curtain.hidden = !large;
    banner.dataset.tone = status.tone;
    fill(banner, quiet ? hidden(status.text) : strip(status));
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

  const poster = (status) => h("div", { class: "cs-poster", dataset: { tone: status.tone } },
    h("span", { class: "cs-poster-mark" }, icon(LOOKS[status.state])),
    h("p", { class: "cs-poster-text", dataset: { words: "" } }, status.text),
    status.busy ? h("span", { class: "cs-busy", "aria-hidden": "true" }) : null,
    h("div", { class: "btn-list justify-content-center" }, status.actions.map((name, index) => button(name, index === 0))));

  const strip = (status) => [
    icon(status.notice ? "hand-stop" : LOOKS[status.state]), h("span", { dataset: { words: "" } }, status.text),
    h("span", { class: "cs-banner-actions" }, status.actions.map((name) => button(name, false))),
    status.notice ? h("button", { type: "button", class: "btn btn-sm btn-ghost-secondary", onclick: act.dismiss }, "Close") : null,
  ];

  store.on(render);
  setInterval(render, 1000);
}

const hidden = (text) => h("span", { class: "visually-hidden", dataset: { words: "" } }, text);
const sameButNumbers = (one, other) => one.replace(/\d+/g, "") === other.replace(/\d+/g, "");
