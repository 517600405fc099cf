/**
 * The customer's side as a web browser: it shows the screen and no more. Says so, and asks the customer to start the
 * helper, which takes over the same session.
 */
import { fill, h, icon } from "../js/core/dom.js";

/** What a browser can give at all. */
const GIVES = ["view", "recording"];
const FROZEN = 4000; // ms that a picture may stand while the customer's page is away
const WORDS = {
  "": "The customer shares from the browser: ask for the helper to control.",
  asked: "You asked for the helper. As soon as the customer starts it, it takes over this session and you ask for control.",
  downloaded: "The customer has downloaded the helper. As soon as it is started, it takes over this session.",
  declined: "The customer would rather not start the helper. You can see the screen and chat.",
};

/** Is the customer's side a web browser now? */
export const isBrowser = (facts) => facts.capabilities.kind === "browser";

/** What of `rights` can be asked for at all, on the customer's side as it is. */
export const askable = (facts, rights) => (isBrowser(facts) ? rights.filter((right) => GIVES.includes(right)) : rights);

/** Show it in `bar` and follow it. `onHelper(wanted)` runs when the helper has come in the browser's place. */
export function watchBrowser({ store, line, speech, picture, bar, happened, onHelper }) {
  let was = false;
  store.set({ helperWanted: "" });
  line.on("helper-coming", ({ step }) => {
    if (!(step in WORDS) || !step) return;
    store.set({ helperWanted: step });
    happened(step === "declined" ? "The customer declined the helper" : "The customer downloaded the helper", step === "declined" ? "hand-stop" : "download");
  });
  store.on((facts, changed) => {
    if (changed.has("helperOnline") && facts.helperOnline === false && isBrowser(facts)) setTimeout(letGo, FROZEN);
    if (!["capabilities", "helperOnline", "helperWanted", "ended", "refusal", "joined"].some((fact) => changed.has(fact))) return;
    const is = isBrowser(facts);
    render(facts, is);
    if (was && !is && facts.capabilities.platform) came(facts.helperWanted);
    was = is;
  });

  function came(wanted) {
    happened("The helper came in the browser's place", "plug-connected");
    store.set({ helperWanted: "" });
    onHelper(wanted);
  }

  /** The page may be closed: a picture that stands still says nothing any more. */
  function letGo() {
    const { connection } = picture;
    if (store.facts.helperOnline === false && !(connection && connection.connectionState === "connected")) picture.stop();
  }

  function render({ helperOnline, helperWanted, ended, refusal, joined }, is) {
    bar.hidden = !is || !helperOnline || !joined || Boolean(ended || refusal);
    if (bar.hidden) return;
    const ask = h("button", { type: "button", class: "btn btn-sm btn-primary", id: "ask-helper", onclick: askForHelper }, icon("mouse"), helperWanted ? "Ask again" : "Ask for control");
    fill(bar, icon("world"), h("span", { class: "cs-browser-words", role: "status" }, WORDS[helperWanted]), ask);
  }

  async function askForHelper() {
    const answer = await speech.ask("ask-for-helper", {});
    if (!answer) return;
    store.set({ helperWanted: "asked" });
    happened("You asked the customer to start the helper", "download");
  }
}
