/**
 * Talk to the desk's JSON API.
 *
 *   import { get, post, sentence } from "../core/api.js";
 *   const { devices } = await get("/api/devices");
 *   await post("/api/support-codes", { customer_name: "Ann" });
 *
 * Every call resolves to the parsed body and rejects with an ApiError. `sentence(error)` turns any error
 * into words for a person. Non-GET calls carry the CSRF header that the session cookie asks for.
 */

const OFFLINE = "OFFLINE";

/** A refused or failed call. `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  constructor(message, { status = 0, code = "", detail = "", retryAfter = 0, body = null } = {}) {
    super(message);
    this.name = "ApiError";
    Object.assign(this, { status, code, detail, retryAfter, body });
  }
}

/** The CSRF token that the server left in a readable cookie, or "". */
export function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)XSRF-TOKEN=([^;]*)/);
  return found ? decodeURIComponent(found[1]) : "";
}

/** Call `path` and return its parsed body. `body` may be a plain object (sent as JSON), a FormData or a Blob. */
export async function call(method, path, { body, signal, headers = {} } = {}) {
  const response = await reach(path, { method, signal, ...wrapped(method, body, headers) });
  const answer = await parsed(response);
  if (response.ok) return answer;
  if (response.status === 401 && isStaffPage()) goSignIn();
  throw refusal(response, answer);
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, body, options) => call("POST", path, { ...options, body });
export const put = (path, body, options) => call("PUT", path, { ...options, body });
export const patch = (path, body, options) => call("PATCH", path, { ...options, body });
export const del = (path, options) => call("DELETE", path, options);

/** Fetch a file and hand it to the browser to save, under the server's name for it. Refusals reject as in `call`. */
export async function save(path) {
  const response = await reach(path, { headers: { Accept: "*/*" } });
  if (!response.ok) throw refusal(response, await parsed(response));
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") || "");
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement("a"), { href: url, download: name ? name[1] : "" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** What to tell a person about `error`: what happened and, where known, what to try. */
export function sentence(error) {
  if (!(error instanceof ApiError)) return "Something went wrong on this page. Reload it and try again.";
  if (error.code === OFFLINE) return "The server cannot be reached. Check your connection and try again.";
  if (error.status === 429) return `Too many tries. Please wait ${waiting(error.retryAfter)} and try again.`;
  const fields = Object.values(error.body?.error?.details?.fields || error.body?.fields || {}).flat();
  if (fields.length && fields.every((each) => typeof each === "string")) return fields.map(closed).join(" ");
  const text = error.detail && error.detail !== error.message ? `${closed(error.message)} ${closed(error.detail)}` : error.message;
  return text || `The server answered with an error (${error.status}).`;
}

const closed = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** "a moment", "12 seconds" or "3 minutes": how long a Retry-After of `seconds` is, in words. */
export function waiting(seconds) {
  if (!seconds) return "a moment";
  if (seconds < 90) return `${seconds} second${seconds === 1 ? "" : "s"}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

function wrapped(method, body, extra) {
  const headers = { Accept: "application/json", ...extra };
  if (method !== "GET") headers["X-XSRF-TOKEN"] = csrfToken();
  if (body === undefined) return { headers };
  if (body instanceof FormData || body instanceof Blob) return { headers, body };
  headers["Content-Type"] = "application/json";
  return { headers, body: JSON.stringify(body) };
}

async function reach(path, options) {
  try {
    return await fetch(path, { credentials: "same-origin", ...options });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new ApiError("The server cannot be reached.", { code: OFFLINE });
  }
}

async function parsed(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {}; // a proxy's HTML error page: the status says enough
  }
}

function refusal(response, body) {
  const nested = body && typeof body.error === "object" && body.error ? body.error : null;
  const message = nested ? nested.message : body && body.error;
  return new ApiError(message || "", {
    status: response.status,
    code: (nested ? nested.code : body && body.error_code) || "",
    detail: (body && typeof body.detail === "string" && body.detail) || "",
    retryAfter: Number.parseInt(response.headers.get("Retry-After") || "0", 10) || 0,
    body,
  });
}

function isStaffPage() {
  return document.body.dataset.signedIn === "true";
}

function goSignIn() {
  const here = location.pathname + location.search;
  location.assign(`/login?next=${encodeURIComponent(here)}`);
}
