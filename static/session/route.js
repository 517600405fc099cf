/** Which way the picture comes, how far away the other end is, why it is so, and the choice between the ways. */
import { byId, fill, h, icon } from "../js/core/dom.js";
import { diagnose } from "./doctor.js";
import { place, setMenu } from "./menus.js";
import { measure } from "./peer.js";

const EVERY = 2000; // ms between two measurements

/** Fill the menu `route`, the pill `transport` and its pop-over `doctor`, and keep them true. */
export function showRoute({ store, root, picture }) {
  const pill = byId("transport");
  const doctor = byId("doctor");
  doctor.addEventListener("toggle", ({ newState }) => {
    pill.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "open") place(doctor, pill);
  });
  store.on(({ transport, rights, capabilities }, changed) => {
    if (!["transport", "picture", "rights", "capabilities"].some((fact) => changed.has(fact))) return;
    root.dataset.transport = transport;
    byId("route-button").disabled = !rights.includes("view");
    const offered = Array.isArray(capabilities.transports) ? capabilities.transports : ["webrtc", "tiles"];
    setMenu("route", [
      { label: "Live video (WebRTC)", hint: "Quickest; needs a way through both networks, or a relay", chosen: transport === "webrtc", disabled: !offered.includes("webrtc"), run: () => picture.choose("webrtc") },
      { label: "Compatibility mode (tiles)", hint: "Works wherever this page works", chosen: transport === "tiles", disabled: !offered.includes("tiles"), run: () => picture.choose("tiles") },
    ]);
    say();
  });
  setInterval(say, EVERY);

  async function say() {
    const { transport, picture: state } = store.facts;
    if (state === "none" || !transport) return hide();
    const way = picture.way;
    if (transport === "tiles") return show({ ...way, transport, relayed: false, failed: way.failed });
    const found = await measure(picture.connection).catch(() => null);
    if (!found || store.facts.transport !== "webrtc") return;
    root.dataset.relayed = String(found.relayed);
    show({ ...way, transport, ...found });
  }

  function hide() {
    pill.textContent = "";
    if (doctor.matches(":popover-open")) doctor.hidePopover();
  }

  function show(facts) {
    const { label, headline, points, advice } = diagnose(facts);
    pill.textContent = label;
    pill.title = `${headline} Click for more.`;
    fill(doctor,
      h("h2", { class: "cs-heading" }, label),
      h("p", {}, headline),
      points.length ? h("ul", {}, points.map(({ good, text }) => h("li", { dataset: { good: String(good) } }, icon(good ? "check" : "x"), h("span", {}, text)))) : null,
      h("p", { class: "mb-0" }, h("b", {}, "What to try: "), advice));
  }
}
