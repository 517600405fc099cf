/** The activation code of an announced device: in large type, with what to do with it and how long it is good. */
import { toast } from "../core/dialog.js";
import { byId, fill, h, icon } from "../core/dom.js";
import { dateTime } from "../core/format.js";

/** Show the answer to an announcement in `place`. */
export function showCode(place, { device }) {
  const { id, activationCode: code, expiresAt } = device;
  fill(
    place,
    h(
      "div",
      { class: "card-body" },
      h("h2", { class: "card-title h3 mb-1" }, "Your activation code"),
      h("p", { class: "text-secondary mb-0 ca-break" }, `For ${device.name || id}. It is shown this once: write it down or copy it now.`),
      h("div", { class: "cm-code", id: "code", "aria-label": `Activation code ${[...code].join(" ")}` }, code.split(/(?<=-)/).map((group) => h("span", {}, group))),
      h(
        "div",
        { class: "d-flex flex-wrap gap-2 align-items-center mb-3" },
        h("button", { type: "button", class: "btn btn-primary", id: "copy", onclick: () => copy(code) }, icon("copy"), " Copy"),
        h("span", { class: "text-secondary" }, "Good for ", h("time", { datetime: expiresAt, dataset: { remaining: "" }, title: dateTime(expiresAt) }, "…")),
      ),
      h(
        "ol",
        { class: "ca-steps" },
        step(1, "Switch the device on", "Its set-up asks for a device id and a code."),
        step(2, "Type both in", ["Device id ", h("b", { class: "ca-break" }, id), ", then the code above. Small or capital letters, spaces and dashes don’t matter."]),
        step(3, "Look at My devices", "It appears there by itself, and from then on you see how it is."),
      ),
    ),
  );
  place.focus();
  byId("told").textContent = "The activation code is ready.";
}

function step(number, title, text) {
  return h("li", {}, h("span", { "aria-hidden": "true" }, number), h("div", {}, h("b", {}, title), h("br"), text));
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code);
    toast("The code is copied.", { kind: "success" });
  } catch {
    getSelection().selectAllChildren(byId("code")); // plain-http sites have no clipboard
    toast("The code is marked: copy it with Ctrl+C, or by a long touch.");
  }
}
