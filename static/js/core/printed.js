/** Text of others to the letter, in a box that scrolls. */
import { fill, h } from "./dom.js";

const CUT = 4000; // characters
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text to the letter: what can't be seen, or turns what stands around it round, is written out, as ⟨202E⟩. Nobody
 * shall say yes to a script that reads another way than it runs. */
export function seen(text) {
  return String(text ?? "")
    .replaceAll("\r\n", "\n")
    .replace(UNSEEN, (each) => `⟨${each.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** The box; `label` says to screen readers what it holds. */
export function printed(text, label = "Text") {
  return h("pre", { class: "ca-printed", tabindex: "0", role: "region", "aria-label": label }, seen(text));
}

/** The same for what may be very long: its beginning, until somebody wants it all. */
export function beginning(text, label) {
  const all = String(text ?? "");
  if (all.length <= CUT) return printed(all, label);
  const place = h("div", {}, printed(`${all.slice(0, CUT)}…`, label));
  place.append(h("button", { type: "button", class: "btn btn-sm mt-1", onclick: () => fill(place, printed(all, label)) }, `Show all ${all.length.toLocaleString()} characters`));
  return place;
}
