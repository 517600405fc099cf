/** What the states of devices, sessions and commands mean, in words for somebody who is not technical. */
import { h } from "../core/dom.js";

const DEVICE = {
  online: ["Online", "ca-dot-on", ""],
  healthy: ["Online", "ca-dot-on", ""],
  busy: ["Busy", "ca-dot-wait", "It works on something just now."],
  degraded: ["Not quite well", "ca-dot-wait", "It is online, and something on it is slow or failing."],
  error: ["Has a problem", "ca-dot-bad", "The device itself says that something is wrong."],
  suspended: ["Paused", "ca-dot-bad", "Your support desk has paused this device. Call them if you don’t know why."],
  offline: ["Offline", "", "It is switched off, or has no network."],
};
const COMMAND = {
  pending_approval: ["Waits for your approval", "waiting"],
  queued: ["Waits for the device", "waiting"],
  claimed: ["Being done now", "waiting"],
  done: ["Done", "connected"],
  failed: ["Did not work", "bad"],
  dead: ["Given up: the device did not answer", "bad"],
  rejected: ["Not allowed", ""],
  cancelled: ["Withdrawn", ""],
};

/** How a device is, of all that is known: suspended, offline, or while it is online its own word for it. */
export function standing({ suspended, status, condition }) {
  if (suspended) return "suspended";
  if (status !== "online") return DEVICE[status] ? status : "offline";
  return DEVICE[condition] && condition !== "offline" ? condition : "online";
}

/** What a `device_status` message says, as fields of the device; one that came without a word of its own is just online. */
export function told({ status, condition, lastSeen, metrics, suspended }) {
  const known = { condition, lastSeen, metrics, suspended };
  if (status) Object.assign(known, status === "offline" ? { status } : { status: "online", condition: condition || status });
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined && value !== null));
}

/** The state of a device as [words, look of its dot, what that means]. */
export function deviceState(status) {
  return DEVICE[status] || DEVICE.offline;
}

/** The dot of a device. Its words stand beside it. */
export function stateDot(status) {
  return h("span", { class: `ca-dot ${deviceState(status)[1]}`, "aria-hidden": "true" });
}

/** The state of a command as a badge. */
export function stateBadge({ status }) {
  const [words, look] = COMMAND[status] || [status, ""];
  return h("span", { class: `ca-state ${look ? `ca-state-${look}` : ""}` }, words);
}

/** "restart_service" → "Restart service". */
export function plainName(type) {
  const spaced = String(type || "").replace(/[_.\-]+/g, " ").trim();
  const lower = spaced === spaced.toUpperCase() ? spaced.toLowerCase() : spaced;
  return lower ? lower.charAt(0).toUpperCase() + lower.slice(1) : "Something without a name";
}

/** "diskSpace" or "disk_space" → "Disk space". */
export function plainKey(key) {
  const spaced = String(key).replace(/([a-z])([A-Z][a-z]*)/g, (_, before, word) => `${before} ${word.length > 1 && word.slice(1) === word.slice(1).toLowerCase() ? word.toLowerCase() : word}`);
  return plainName(spaced);
}

export const SESSION = { diagnostic: "Examination", remediation: "Repair" };
