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
  let data = row.results ?? row.data;
  if (typeof data === "string") {
    try {
      data = JSON.parse(data);
    } catch {
      data = {};
    }
  }
  return { ...row, check_type: checkType(row.check_type), data: data && typeof data === "object" ? data : {} };
}

/** The newest result of a check: as the server names it, else from the history. */
export function newestOf(checks, results, type) {
  const listed = Array.isArray(checks) ? checks : Object.values(checks || {});
  const found = listed.filter((each) => checkType(each?.check_type) === type).map(understoodResult);
  return (
    found.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0] ||
    results.find((each) => each.check_type === type)
  );
}
