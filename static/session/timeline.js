/** What happened in this session, newest first: the server's record up to now, then what this page sees. */
import { get } from "../js/core/api.js";
import { h, icon } from "../js/core/dom.js";
import { inWords } from "./status.js";

const MOST = 300;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const KINDS = {
  technician_joined: [({ who }) => `${who || "A technician"} joined`, "user-check"],
  technician_left: [({ who }) => `${who || "A technician"} left`, "users"],
  helper_joined: [() => "The customer's computer came", "plug-connected"],
  browser_joined: [({ text }) => `${text || "A web browser"} came`, "world"],
  browser_left: [() => "The customer's web browser went", "plug-connected-x"],
  helper_asked: [({ who }) => `${who || "A technician"} asked for the helper`, "download"],
  helper_downloaded: [() => "The customer downloaded the helper", "download"],
  helper_declined: [() => "The customer declined the helper", "hand-stop"],
  helper_took_over: [() => "The helper took over from the web browser", "screen-share"],
  helper_left: [() => "The customer's computer went", "plug-connected-x"],
  vnc_joined: [() => "The customer's screen came over VNC", "screen-share"],
  vnc_left: [() => "The VNC connection ended", "screen-share-off"],
  consent_asked: [({ who, rights, text }) => `${who || "A technician"} asked to ${inWords(rights)}${text ? `: ${text}` : ""}`, "help-circle"],
  consent_given: [({ rights }) => `Allowed: ${rights.join(", ")}`, "shield-check"],
  consent_auto: [({ rights }) => `Allowed beforehand: ${rights.join(", ")}`, "shield-check"],
  consent_declined: [() => "The customer declined", "hand-stop"],
  consent_timeout: [() => "The customer didn't answer", "clock"],
  consent_revoked: [({ who, rights, text }) => `${who === "server" ? "No longer allowed" : "Taken back"}: ${rights.join(", ")}${text ? ` (${text})` : ""}`, "hand-stop"],
  technician_invited: [({ who, text }) => `${who} called ${text}`, "users"],
  invitation_declined: [({ who }) => `${who} declined to come`, "users"],
  handed_over: [({ who, text }) => `${who} handed the session over to ${text}`, "users"],
  technician_removed: [({ who }) => `The customer sent ${who || "a technician"} away`, "hand-stop"],
  ended: [() => "The session ended", "player-stop"],
};

/** `happened(text, icon)` writes one line of `list`; `happened.load(sessionId)` fetches what was before the page. */
export function createTimeline({ list, now = () => new Date() }) {
  const opened = now();
  const line = (text, glyph, at) => h("li", {}, icon(glyph), h("span", {}, text), h("time", { datetime: at.toISOString() }, clock.format(at)));

  function happened(text, glyph = "info-circle") {
    list.prepend(line(text, glyph, now()));
    while (list.children.length > MOST) list.lastElementChild.remove();
  }

  happened.load = async (sessionId) => {
    const { timeline } = await get(`/api/sessions/${encodeURIComponent(sessionId)}/timeline`).catch(() => ({}));
    const earlier = (timeline || []).filter((event) => new Date(event.at) < opened).slice(-MOST);
    list.append(...earlier.reverse().map((event) => line(...words(event), new Date(event.at))));
  };
  return happened;
}

function words(event) {
  const facts = { who: "", text: "", ...event, rights: Array.isArray(event.rights) ? event.rights : [] };
  const [say, glyph] = KINDS[event.kind] || [() => [String(event.kind).replaceAll("_", " "), facts.text].filter(Boolean).join(": "), "info-circle"];
  return [say(facts), glyph];
}
