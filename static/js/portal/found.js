/** What a customer sees once the code was right: who helps, the download, and what to do with it. */
import { fill, h, icon } from "../core/dom.js";
import { bytes, dateTime } from "../core/format.js";
import { familyOf, nameOf, stepsFor } from "./platforms.js";

/** Fill `place` with the package of `answer`. `choose(key)` is called for another platform. */
export function showPackage(place, answer, { choose, again }) {
  fill(
    place,
    greeting(answer),
    h("div", { class: "ca-found-grid" }, downloadCard(answer, { choose, again }), stepsCard(answer)),
    startOver(),
  );
}

/** Fill `place` for a platform that has no payload: honest words and the ways that there are. */
export function showMissing(place, { message, platforms, family }, { choose }) {
  const others = platforms.filter((each) => each.available);
  const advice = others.length
    ? "Your code is fine. There is a helper for these computers; or ask your technician on the phone what to do."
    : "Please tell your technician on the phone; nothing is wrong with your code or your computer.";
  fill(
    place,
    h(
      "div",
      { class: "card ca-missing" },
      h(
        "div",
        { class: "card-body" },
        h(
          "h1",
          { id: "found-title", class: "h2" },
          family === "phone" ? "No download yet" : `No ${nameOf(family)} download yet`,
        ),
        h("p", { class: "ca-lead" }, message),
        h("p", { class: "text-secondary" }, advice),
        others.length ? choices(others, { choose }) : null,
      ),
    ),
    startOver(),
  );
}

/** Fill `place` for someone on a phone, who needs the page on the computer with the trouble. */
export function showPhone(place, { code, platforms, choose }) {
  const address = h("p", { class: "ca-address" }, location.host);
  fill(
    place,
    h(
      "div",
      { class: "card ca-missing" },
      h(
        "div",
        { class: "card-body" },
        h("h1", { id: "found-title", class: "h2" }, "Now go to the computer that needs help"),
        h(
          "p",
          { class: "ca-lead" },
          "The helper runs on the computer with the trouble, not on a phone. Open this address there and type the same code:",
        ),
        address,
        h("p", { class: "ca-code ca-code-large" }, code),
        h("p", { class: "text-secondary mb-2" }, "Or get it here anyway, to copy it over:"),
        choices(platforms, { choose }),
      ),
    ),
    startOver(),
  );
}

/** "Hello Ann, Tina will help you", from an answer of the installer or of the doors. */
export function greeting({ technician_name: technician, customer_info: customer, customer_name: called }) {
  const name = technician || "Your technician";
  const who = called || (customer && customer.customer_name);
  return h(
    "div",
    { class: "ca-greeting" },
    h("span", { class: "avatar avatar-lg ca-avatar", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
    h(
      "div",
      {},
      who ? h("p", { class: "mb-0 text-secondary ca-break" }, `Hello ${who},`) : null,
      h("h1", { id: "found-title", class: "ca-break" }, `${name} will help you`),
    ),
  );
}

function downloadCard(answer, { choose, again }) {
  const family = familyOf(answer.platform);
  const glyph = { windows: "brand-windows", macos: "brand-apple", linux: "brand-ubuntu" }[family] || "package";
  const file = answer.file_name || decodeURIComponent(new URL(answer.download_url, location.href).pathname.split("/").pop());
  const others = (answer.platforms || []).filter((each) => each.key !== answer.platform);
  return h(
    "div",
    { class: "card" },
    h(
      "div",
      { class: "card-body" },
      h(
        "div",
        { class: "ca-file" },
        h("span", { class: "ca-stat-icon" }, icon(glyph)),
        h(
          "div",
          { class: "ca-grow" },
          h("b", {}, labelOf(answer)),
          h("div", { class: "text-secondary ca-clip", title: file }, file),
        ),
      ),
      h(
        "p",
        { class: "ca-started" },
        icon("circle-check"),
        " Your download has started",
        answer.size ? ` (${bytes(answer.size)})` : "",
        ".",
      ),
      h(
        "button",
        { type: "button", class: "btn btn-primary w-100", onclick: again },
        icon("download"),
        " Download again",
      ),
      answer.expires_at
        ? h("p", { class: "ca-hint" }, icon("clock"), ` Start it before ${dateTime(answer.expires_at)}.`)
        : null,
      others.length
        ? h(
            "div",
            { class: "mt-3 pt-3 border-top" },
            h("p", { class: "mb-2 text-secondary" }, "Is it another computer?"),
            choices(others, { choose }),
          )
        : null,
    ),
  );
}

function labelOf({ platform, platforms = [] }) {
  const found = platforms.find((each) => each.key === platform);
  return `Helper for ${found ? found.label : nameOf(platform)}`;
}

function choices(platforms, { choose }) {
  return h(
    "div",
    { class: "d-flex flex-wrap gap-2" },
    platforms.map((each) =>
      h(
        "button",
        {
          type: "button",
          class: "btn btn-sm",
          disabled: !each.available,
          title: each.available ? null : "Not available on this server",
          onclick: () => choose(each.key),
        },
        each.label,
        each.available ? null : h("span", { class: "text-secondary ms-1" }, "(not available)"),
      ),
    ),
  );
}

function stepsCard({ platform }) {
  const steps = [
    ...stepsFor(platform),
    "A window opens and asks what you allow. Nobody sees your screen before you press Allow.",
  ];
  return h(
    "div",
    { class: "card" },
    h(
      "div",
      { class: "card-body" },
      h("h2", { class: "h3" }, "What to do now"),
      h(
        "ol",
        { class: "ca-todo" },
        steps.map((step) => h("li", {}, step)),
      ),
      h(
        "p",
        { class: "ca-hint mb-0" },
        icon("shield-check"),
        " The red Stop button ends everything at once. Delete the folder when you are done.",
      ),
    ),
  );
}

/** The way back to the empty code field. */
export function startOver() {
  return h("p", { class: "text-center mt-4 mb-0" }, h("a", { href: "/" }, "Type another code"));
}
