/** The large card: what is going on, in plain words, and what the customer can do about it. */
import { fill, h, icon } from "../js/core/dom.js";
import { whyNot } from "../js/portal/can_share.js";

const RULES = ["You choose what to show: the whole screen, a window or a tab", "Nobody can use your mouse or keyboard", "You can stop at any time"];

/** `show(facts)` draws the state; `act` maps button names to functions; `preview()` gives the picture being shared. */
export function createStage({ card, act, preview }) {
  let drawn = "";

  function show(facts) {
    const part = PARTS[facts.state](facts);
    const key = JSON.stringify([facts.state, part, whyNot()]);
    if (key === drawn) return;
    const fresh = !drawn.startsWith(`["${facts.state}"`);
    drawn = key;
    fill(card, h("div", { class: "card-body" }, poster(part)));
    if (part.preview) card.querySelector("video").srcObject = preview();
    if (fresh && part.focus) card.focus({ preventScroll: true });
  }

  const poster = ({ glyph, tone = "info", title, text, points, buttons = [], video, note }) => [
    h("div", { class: "sh-head" },
      h("span", { class: "sh-mark", dataset: { tone } }, icon(glyph)),
      h("div", { class: "sh-words" }, h("h1", { class: "h2 ca-break", id: "stage-title" }, title), text ? h("p", { class: "text-secondary ca-break mb-0" }, text) : null)),
    note ? h("blockquote", { class: "sh-note ca-break" }, note) : null,
    points ? h("ul", { class: "sh-points" }, points.map((point) => h("li", {}, icon("check"), h("span", {}, point)))) : null,
    video ? h("video", { class: "sh-preview", muted: true, autoplay: true, playsinline: true, "aria-label": "What you are showing" }) : null,
    buttons.length ? h("div", { class: "sh-buttons" }, buttons.map(button)) : null,
  ];

  const button = ([name, label, kind = ""]) =>
    h("button", { type: "button", class: `btn btn-lg ${kind}`, dataset: { act: name }, onclick: () => act[name]() }, label);

  return { show };
}

/** The picture under the words; not of the whole screen, which would show itself in itself. */
const pictured = (mirror) => (mirror ? {} : { video: true, preview: true });

const ALLOW = ["allow", "Allow and choose what to show", "btn-primary"];
const AGAIN = ["allow", "Share my screen again", "btn-primary"];
const HOME = ["home", "Type a code", "btn-primary"];

const PARTS = {
  loading: () => ({ glyph: "plug-connected", title: "One moment…" }),
  none: () => ({ glyph: "dialpad", title: "You are in no session", text: "Type the code that your technician gave you, then share your screen.", buttons: [HOME], focus: true }),
  cannot: () => ({
    glyph: "alert-circle", tone: "warning", title: "This browser can’t share the screen", text: whyNot(), focus: true,
    buttons: [["helper", "Download the helper instead", "btn-primary"]],
  }),
  ready: ({ name }) => ({ glyph: "screen-share", title: `${name} would like to see your screen`, points: RULES, buttons: [ALLOW, ["later", "Not now"]], focus: true }),
  later: ({ name }) => ({ glyph: "eye", title: "You share nothing", text: `${name} can’t see your screen. You can write in the chat, and share whenever you like.`, buttons: [["allow", "Share my screen", "btn-primary"]] }),
  asked: ({ question }) => ({
    glyph: "help-circle", title: `${question.name} asks to see your screen`, note: question.reason, points: RULES, focus: true,
    text: [question.joins ? `${question.joins} can already see it.` : "", question.records ? "What you show is also recorded as a video." : ""].join(" ").trim(), buttons: [ALLOW, ["decline", "Decline"]],
  }),
  watched: ({ question }) => ({
    glyph: "help-circle", title: question.records ? `${question.name} asks to record what you show` : `${question.name} asks to see your screen too`, note: question.reason, focus: true,
    buttons: [["allow", "Allow", "btn-primary"], ["decline", "Decline"]],
  }),
  choosing: () => ({ glyph: "screen-share", title: "Choose what to show", text: "Your browser asks you now. Nothing is shown before you choose." }),
  sharing: ({ watchers, name, what, mirror, recorders }) => ({
    glyph: "eye", tone: "live", ...pictured(mirror),
    title: watchers ? `${watchers} can see ${what}` : `Waiting for ${name}`,
    text: watchers ? `${mirror ? "" : "Only what is shown below. "}Nobody can use your mouse or keyboard.${recorders ? " It is recorded as a video." : ""}` : `You share ${what}. ${name} sees it as soon as the session is opened.`,
  }),
  stopped: ({ why }) => ({ glyph: "screen-share-off", tone: "warning", title: "Stopped. Nobody can see your screen.", text: why, buttons: [AGAIN], focus: true }),
  beside: ({ sharing, mirror }) => ({
    glyph: "device-desktop", title: "The helper is running on your computer", ...(sharing ? pictured(mirror) : {}), focus: true,
    text: sharing ? "Answer the question in its window. Until then this page goes on showing your screen." : "Use its window from now on. You can still write here.",
  }),
  taken: () => ({ glyph: "circle-check", tone: "success", title: "The helper has taken over, you can close this page", text: "The window of the helper shows who is connected, and has the red Stop.", focus: true }),
  elsewhere: () => ({ glyph: "external-link", title: "The session goes on in another window", text: "It was opened in another tab or browser. This page shares nothing any more.", buttons: [["reload", "Go on here instead"]], focus: true }),
  ended: () => ({ glyph: "circle-check", tone: "success", title: "The session has ended", text: "Nobody can see your screen. You can close this page.", buttons: [["home", "Type another code"]], focus: true }),
};
