/** A device as the desk shows it, from a row of /api/devices. */
import { h } from "../core/dom.js";

/** The row with `label`, `isOnline`, `whyNot` (why nobody there can be asked for anything, or "") and `search` (lower-case
 * text to look in) added. */
export function understood(row) {
  const host = row.machine_name || row.hostname || row.display_name || row.device_id;
  const isOnline = row.online === undefined ? row.status === "online" : Boolean(row.online);
  const search = [host, row.hostname, row.customer_name, row.device_id, row.platform, row.ip_address, row.support_code]
    .filter(Boolean)
    .join(" ")
    .toLowerCase();
  const whyNot = !isOnline ? "The device is offline" : row.has_helper === false ? "No helper runs on this device: it takes commands only" : "";
  return { ...row, label: host, isOnline, whyNot, search };
}

/** Rows sorted for people: online first, then by the last time seen. */
export function sorted(rows) {
  const seen = (row) => Date.parse(row.last_seen || row.created_at || "") || 0;
  return [...rows].sort((a, b) => Number(b.isOnline) - Number(a.isOnline) || seen(b) - seen(a));
}

/** What a health score means: ok, warn or bad; none for a device that nobody has examined. */
export function healthLevel(score) {
  if (score === null || score === undefined) return "none";
  return score >= 70 ? "ok" : score >= 40 ? "warn" : "bad";
}

/** The online dot, with its meaning for screen readers. */
export function dot(isOnline) {
  return h("span", {
    class: isOnline ? "ca-dot ca-dot-on" : "ca-dot",
    role: "img",
    "aria-label": isOnline ? "Online" : "Offline",
  });
}

/** `row` with what a `device-updated` event says merged in. */
export function merged(row, event) {
  const { deviceId, ...news } = event;
  const changes = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined && value !== null));
  if (changes.online !== undefined) changes.status = changes.online ? "online" : "offline";
  if (changes.last_ip) changes.ip_address = changes.last_ip;
  return understood({ ...row, ...changes });
}
