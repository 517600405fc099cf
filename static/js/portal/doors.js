/** Two ways to be helped, plainly worded: show the screen from this browser, or download the helper. */
import { busy, fill, h, icon } from "../core/dom.js";
import { whyNot } from "./can_share.js";
import { greeting, startOver } from "./found.js";
import { here } from "./platforms.js";

/** Fill `place` with the doors. `share()` and `download()` open them. */
export function showDoors(place, answer, { share, download }) {
  const name = answer.technician_name || "Your technician";
  const reason = whyNot();
  const isPhone = here() === "phone";
  fill(
    place,
    greeting(answer),
    h("p", { class: "ca-lead sh-choose", id: "door-lead" }, "Choose how you want to be helped. You can change your mind later."),
    h(
      "div",
      { class: "sh-doors" },
      door({
        id: "door-share", glyph: "screen-share", title: "Share my screen now", primary: !reason,
        tag: "Nothing to download", action: "Share my screen", run: share, reason,
        points: [`${name} can only look, not touch anything`, "You choose what to show and stop any time"],
      }),
      door({
        id: "door-helper", glyph: "download", title: "Download the helper", primary: Boolean(reason),
        tag: "A small program, nothing is installed", action: isPhone ? "Get it for a computer" : "Download the helper", run: download,
        points: [`${name} can also help with mouse and keyboard`, "It asks you first; a red Stop ends it any time"],
      }),
    ),
    startOver(),
  );
}

function door({ id, glyph, title, tag, points, action, run, primary, reason = "" }) {
  const button = h("button", { type: "button", id, class: `btn btn-lg w-100 ${primary ? "btn-primary" : ""}`, disabled: Boolean(reason), "aria-describedby": `${id}-why` }, action);
  button.addEventListener("click", () => busy(button, run));
  return h(
    "section",
    { class: "card sh-door", dataset: { closed: String(Boolean(reason)) }, "aria-labelledby": `${id}-title` },
    h(
      "div",
      { class: "card-body" },
      h("span", { class: "sh-door-mark" }, icon(glyph)),
      h("h2", { class: "h2 mb-1", id: `${id}-title` }, title),
      h("p", { class: "text-secondary mb-3" }, tag),
      h("ul", { class: "sh-points" }, points.map((point) => h("li", {}, icon("check"), h("span", {}, point)))),
      h("div", { class: "sh-door-foot" }, reason ? h("p", { class: "sh-why", id: `${id}-why` }, icon("alert-circle"), h("span", {}, reason)) : null, button),
    ),
  );
}
