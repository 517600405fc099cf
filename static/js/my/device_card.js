/** A device as a card of the customer's list: how it is, where, how busy, and whether something goes on. */
import { h, icon, since } from "../core/dom.js";
import { metrics } from "./metrics.js";
import { deviceState, SESSION, standing, stateDot } from "./words.js";

/** The card. All of it leads to the device's page. */
export function deviceCard(device) {
  const state = standing(device);
  const [words, , meaning] = deviceState(state);
  const isOffline = state === "offline";
  return h(
    "article",
    { class: "card cm-device", dataset: { device: device.id, state } },
    h(
      "div",
      { class: "card-body" },
      h(
        "h2",
        { class: "cm-device-name ca-break" },
        h("a", { class: "stretched-link text-reset", href: `/my/devices/${encodeURIComponent(device.id)}`, dataset: { key: device.id } }, device.name || device.id),
      ),
      h(
        "p",
        { class: "mb-0" },
        stateDot(state),
        h("span", { class: "fw-medium" }, words),
        isOffline ? [h("span", { class: "text-secondary" }, ", last seen "), since(device.lastSeen, { never: "never" })] : null,
      ),
      meaning && !isOffline ? h("p", { class: "text-secondary small mb-0" }, meaning) : null,
      device.location ? h("p", { class: "cm-device-place ca-break" }, icon("map-pin", "ca-icon-small"), ` ${device.location}`) : null,
      isOffline || state === "suspended" ? null : metrics(device.metrics, { isSmall: true }),
      goingOn(device),
    ),
  );
}

function goingOn({ activeSession, activeSessionType: type, pendingCommands: waiting }) {
  if (!activeSession && !waiting) return null;
  return h(
    "p",
    { class: "cm-tags" },
    activeSession ? h("span", { class: "ca-state ca-state-connected" }, `${SESSION[type] || "Session"} going on`) : null,
    waiting ? h("span", { class: "ca-state ca-state-waiting" }, waiting === 1 ? "1 step waits for it" : `${waiting} steps wait for it`) : null,
  );
}
