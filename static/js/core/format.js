/**
 * Say times, sizes and codes the way people do.
 *
 *   relative("2026-01-01T10:00:00Z") → "3 minutes ago"      remaining(iso) → "23 h 59 min"
 *   duration(3725) → "1 h 2 min"   bytes(1536) → "1.5 KB"   code("482913") → "482 913"
 */

const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const stamp = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** How long ago (or ahead) `iso` is, in words; "just now" within 45 s. */
export function relative(iso, now = Date.now()) {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  if (Number.isNaN(seconds)) return "–";
  if (Math.abs(seconds) < 45) return "just now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.sign(seconds), "minute");
}

/** The reader's own date and time of `iso`, or a dash. */
export function dateTime(iso) {
  const at = iso ? new Date(iso) : null;
  return at && !Number.isNaN(at.getTime()) ? stamp.format(at) : "–";
}

/** `seconds` as "42 s", "5 min", "1 h 2 min" or "3 d 4 h". */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

/** The time left until `iso`: "23 h 59 min", "4 min 09 s" in the last ten minutes, or "expired". */
export function remaining(iso, now = Date.now()) {
  const seconds = Math.floor((new Date(iso).getTime() - now) / 1000);
  if (Number.isNaN(seconds) || seconds <= 0) return "expired";
  if (seconds >= 600) return duration(seconds);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** `count` bytes as "812 B", "1.5 KB", "33 MB". */
export function bytes(count) {
  let size = Number(count) || 0;
  for (const unit of ["B", "KB", "MB", "GB"]) {
    if (size < 1000 || unit === "GB")
      return `${size >= 10 || unit === "B" ? Math.round(size) : size.toFixed(1)} ${unit}`;
    size /= 1000;
  }
  return "";
}

/** A support code as it is read out: "482 913", with a space that does not break. */
export function code(digits) {
  return String(digits || "").replace(/^(\d{3})(\d{3})$/, "$1\u00a0$2");
}

/** Every `<time data-relative>` and `<time data-remaining>` below `root`, brought up to date now and from then on. */
export function keepFresh(root = document) {
  const refresh = () => {
    for (const time of root.querySelectorAll("time[data-relative]")) say(time, relative(time.dateTime));
    for (const time of root.querySelectorAll("time[data-remaining]")) say(time, remaining(time.dateTime));
  };
  refresh();
  setInterval(refresh, 1000);
  new MutationObserver(refresh).observe(root === document ? document.body : root, { childList: true, subtree: true });
}

function say(time, text) {
  if (time.textContent !== text) time.textContent = text;
}
