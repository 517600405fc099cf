/** The other door, from inside the session: the technician asks for control, the customer downloads the helper. */
import { get, post, sentence } from "../js/core/api.js";
import { busy, fill, h, icon } from "../js/core/dom.js";
import { packageOf } from "../js/portal/linked.js";
import { here, stepsFor } from "../js/portal/platforms.js";

/** `{show(facts)}` with `wanted` (the technician's name or ""), `open` and `installer`; `tell(step)` reports what was done. */
export function createHelperOffer({ card, sessionId, tell, decline }) {
  let fetched = null;
  let trouble = "";
  let drawn = "";
  let last = {};

  function show(facts) {
    last = facts;
    const key = JSON.stringify([facts, fetched, trouble]);
    if (key === drawn) return;
    drawn = key;
    card.hidden = !(facts.wanted || facts.open) || facts.over;
    if (!card.hidden) fill(card, h("div", { class: "card-body" }, fetched ? got(fetched) : offer(facts)));
  }

  function offer({ wanted, installer }) {
    const title = wanted ? `${wanted} asks to control: download the helper` : "Download the helper";
    const go = h("button", { type: "button", id: "get-helper", class: "btn btn-primary btn-lg", disabled: !installer }, icon("download"), " Download the helper");
    go.addEventListener("click", () => busy(go, () => order(here())));
    return [
      h("div", { class: "sh-head" }, h("span", { class: "sh-mark", dataset: { tone: "info" } }, icon("mouse")),
        h("div", { class: "sh-words" }, h("h2", { class: "h3 mb-1 ca-break" }, title),
          h("p", { class: "text-secondary mb-0" }, "With this small program your technician can help with mouse and keyboard, if you allow it. This session and its chat go on."))),
      trouble ? h("p", { class: "ca-error", role: "alert" }, trouble) : null,
      installer ? null : h("p", { class: "ca-error", role: "alert" }, "Your code has run out. Ask your technician for a new one, and type it on the start page."),
      h("div", { class: "sh-buttons" }, go, h("button", { type: "button", id: "no-helper", class: "btn btn-lg", onclick: decline }, "No, thanks")),
    ];
  }

  function got(answer) {
    const others = (answer.platforms || []).filter((each) => each.available && each.key !== answer.platform);
    return [
      h("h2", { class: "h3" }, icon("circle-check"), " Your download has started"),
      h("ol", { class: "ca-todo" }, [...stepsFor(answer.platform), "Its window asks what you allow. As soon as you allow the screen there, it takes over from this page."].map((step) => h("li", {}, step))),
      h("div", { class: "sh-buttons" },
        h("a", { class: "btn", id: "again-helper", href: answer.download_url, download: "" }, icon("download"), " Download again"),
        others.map((each) => h("button", { type: "button", class: "btn btn-ghost-secondary", onclick: () => order(each.key) }, each.label))),
    ];
  }

  async function order(platform) {
    trouble = "";
    try {
      fetched = last.installer === "session" ? packageOf(await get(`/api/packages/manifest/${encodeURIComponent(sessionId)}`), {}, platform)
        : await post("/api/share/installer", platform === "phone" ? {} : { platform });
      start(fetched.download_url);
      tell("downloaded");
    } catch (error) {
      trouble = sentence(error);
    }
    show(last);
  }

  return { show };
}

function start(url) {
  const link = h("a", { href: url, download: "", hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}
