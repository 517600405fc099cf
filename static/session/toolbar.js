/** The toolbar: what is allowed, monitor, quality, size, special keys. */
import { post, sentence } from "../js/core/api.js";
import { byId, fill, h, icon } from "../js/core/dom.js";
import { askable } from "./browser.js";
import { RIGHTS } from "./consent.js";
import { combination, specials } from "./keys.js";
import { setMenu } from "./menus.js";

const CHIPS = { view: ["View", "eye"], control: ["Control", "mouse"], clipboard: ["Clipboard", "clipboard"], files: ["Files", "files"], commands: ["Commands", "terminal-2"], recording: ["Recording", "player-record"] };
const QUALITIES = [
  ["quality", "Best picture", "Full resolution, up to 30 frames a second"],
  ["balanced", "Balanced", "Full resolution, less data"],
  ["speed", "Fastest", "At most 1280 pixels wide, for slow lines"],
];

const CROWD = 5; // chips with their words, beside which the tools have none on a laptop

/** One chip a right: allowed, being asked, or not asked. */
export function showRights({ store, root }) {
  const list = byId("chips");
  store.on((facts, changed) => {
    const { rights, asking, ended, refusal } = facts;
    if (!["rights", "asking", "ended", "refusal", "capabilities"].some((fact) => changed.has(fact))) return;
    root.dataset.rights = rights.join(" ");
    fill(list, RIGHTS.map(([right, meaning]) => {
      const state = rights.includes(right) ? "granted" : asking && asking.rights.includes(right) ? "asked" : "none";
      const none = askable(facts, [right]).length ? "not allowed" : "needs the helper, for the customer shares from the browser";
      const words = { granted: "allowed", asked: "asked", none }[state];
      const [label, glyph] = CHIPS[right];
      return h("li", { class: "cs-chip", dataset: { right, state }, title: `${meaning}: ${words}` }, icon(state === "granted" ? "check" : glyph), h("span", { class: "cs-chip-text" }, label), h("span", { class: "visually-hidden" }, `: ${words}`));
    }));
    list.parentElement.classList.toggle("cs-crowded", new Set([...rights, ...(asking?.rights || [])]).size >= CROWD);
    byId("ask").disabled = Boolean(asking || ended || refusal) || rights.length === RIGHTS.length;
    byId("end").disabled = Boolean(ended || refusal);
  });
}

/** The monitor menu, filled from what the helper says it has. */
export function showMonitors({ store, sessionId, note, happened }) {
  const button = byId("monitor-button");
  async function choose(display) {
    const before = store.facts.monitorIndex;
    store.set({ monitorIndex: display.index });
    try {
      await post(`/api/monitors/session/${encodeURIComponent(sessionId)}/switch`, { monitorIndex: display.index });
      happened(`You switched to ${label(display)}`, "device-desktop");
    } catch (error) {
      store.set({ monitorIndex: before });
      note(sentence(error), "danger");
    }
  }
  const label = (display) => String(display.label || `Monitor ${display.index + 1}`);
  store.on(({ displays, monitorIndex, rights }, changed) => {
    if (!["displays", "monitorIndex", "rights"].some((fact) => changed.has(fact))) return;
    const shown = displays.find((display) => display.index === monitorIndex);
    button.disabled = !rights.includes("view") || displays.length < 2;
    byId("monitor-text").textContent = shown ? label(shown) : "Monitor";
    setMenu("monitor", displays.map((display) => ({
      label: label(display), chosen: display.index === monitorIndex, run: () => choose(display),
      hint: `${display.width} × ${display.height}${display.primary ? ", main monitor" : ""}`,
    })));
  });
}

/** The quality menu. `quality` of the store is sent again whenever the picture starts anew. */
export function showQuality({ store, speech }) {
  const send = () => store.may("view") && speech.emit("set-stream-quality", { quality: store.facts.quality });
  const choose = (quality) => {
    store.set({ quality });
    send();
  };
  store.on(({ quality, picture, rights }, changed) => {
    if (changed.has("picture") && picture === "starting" && quality !== "balanced") send();
    if (!changed.has("quality") && !changed.has("rights")) return;
    byId("quality-button").disabled = !rights.includes("view");
    byId("quality-text").textContent = QUALITIES.find(([name]) => name === quality)[1];
    setMenu("quality", QUALITIES.map(([name, label, hint]) => ({ label, hint, chosen: name === quality, run: () => choose(name) })));
  });
}

/** The special keys, by the customer's platform; `refocus()` gives the picture the keyboard back. */
export function showSpecialKeys({ store, control, refocus }) {
  store.on(({ capabilities, rights }, changed) => {
    if (!changed.has("capabilities") && !changed.has("rights")) return;
    byId("keys-button").disabled = byId("type").disabled = !rights.includes("control");
    setMenu("keys", specials(String(capabilities.platform || "")).map(({ label, keys }) => ({
      label,
      run: () => {
        control.keys(combination(keys));
        refocus();
      },
    })));
  });
}
