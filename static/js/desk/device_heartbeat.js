/** What a device at the gateway said last of itself: its own word for how it is, its figures, and whatever else it told. */
import { get } from "../core/api.js";
import { fill, h, since } from "../core/dom.js";
import { duration } from "../core/format.js";
import { printed } from "../core/printed.js";
import { plainKey } from "../my/words.js";

const MOST = 30;
/** Figures that contract 003 names. */
const KNOWN = { cpu: ["Processor", percent], memory: ["Memory", percent], disk: ["Disk", percent], uptime: ["Running for", duration] };

/** A node with `load()`; it is empty for a device that has never sent a heartbeat. */
export function deviceHeartbeat(device) {
  const node = h("div");
  let isOpen = false;

  async function load() {
    const { heartbeat } = await get(`${device.path}/heartbeat`);
    fill(node, heartbeat ? shown(heartbeat) : null);
  }

  function shown({ receivedAt, status, metrics, diagnostics }) {
    const rows = [["Last heartbeat", since(receivedAt)], ["It says", plainKey(status)], ...figures(metrics)];
    return h(
      "section",
      { class: "card mb-3", "aria-label": "Heartbeat" },
      h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Heartbeat")),
      h("div", { class: "card-body" }, h("dl", { class: "ca-facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", { class: "ca-break" }, value)])), more(diagnostics)),
    );
  }

  function more(diagnostics) {
    if (diagnostics === null || diagnostics === undefined || (typeof diagnostics === "object" && !Object.keys(diagnostics).length)) return null;
    const box = h("details", { class: "mt-2", open: isOpen }, h("summary", {}, "What else it told"), printed(typeof diagnostics === "string" ? diagnostics : JSON.stringify(diagnostics, null, 2), "What else it told"));
    box.addEventListener("toggle", () => (isOpen = box.open));
    return box;
  }

  return { node, load };
}

function figures(metrics) {
  return Object.entries(metrics || {})
    .slice(0, MOST)
    .map(([name, value]) => {
      const [label, said] = (typeof value === "number" && Object.hasOwn(KNOWN, name) && KNOWN[name]) || [plainKey(name).slice(0, 80), plain];
      return [label, said(value)];
    });
}

function percent(value) {
  return `${Math.round(value)} %`;
}

function plain(value) {
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? "–");
}
