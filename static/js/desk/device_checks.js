/** The checks that a device can run, and their results as rows of /api/devices/<id>/diagnostics bring them. */

/** Type and name; the first eight make the score. */
export const CHECKS = [
  ["cpu", "Processor"],
  ["memory", "Memory"],
  ["disk", "Disks"],
  ["network", "Network"],
  ["top_processes", "Busiest programs"],
  ["event_log", "Event log"],
  ["windows_update", "Updates"],
  ["services", "Services"],
  ["security", "Security"],
  ["battery", "Battery"],
  ["installed_software", "Installed software"],
];
const SAME_AS = { updates: "windows_update" };
const NAMES = new Map(CHECKS);

/** A check as people call it; one that nobody knows by its own name. */
export function checkName(type) {
  return NAMES.get(checkType(type)) || String(type || "?").slice(0, 40);
}

/** The name under which a check is shown. */
export function checkType(type) {
  return SAME_AS[type] || type;
}

/** A result with `data` as an object, whatever the device sent. */
export function understoodResult(row) {
  let data = null;
  try {
    data = JSON.parse(row.data);
  } catch {
    // shown as a result without details
  }
  return { ...row, check_type: checkType(row.check_type), data: data && typeof data === "object" ? data : {} };
}
