/** Sends one file to the server with progress. XMLHttpRequest, because fetch does not tell how far an upload is. */
import { csrfToken } from "../js/core/api.js";

const PAUSES = [1000, 3000, 8000]; // ms before each further try

/**
 * Upload `file` for `sessionId` to the customer, into `path` of the shared folder when given. `onProgress(0–1)`.
 * When the line breaks it is sent again, from the start (the server keeps no half file); `onAgain()` tells of it.
 * Resolves to the server's answer; rejects with an Error whose message is for people. `signal` aborts.
 */
export async function upload({ file, sessionId, path = "", onProgress, onAgain = () => {}, signal }) {
  for (const pause of PAUSES) {
    try {
      return await send({ file, sessionId, path, onProgress, signal });
    } catch (error) {
      if (!error.brokeOff) throw error;
      onAgain();
      await rest(pause, signal);
    }
  }
  return send({ file, sessionId, path, onProgress, signal });
}

function send({ file, sessionId, path, onProgress, signal }) {
  const form = new FormData();
  form.append("sessionId", sessionId);
  form.append("direction", "technician-to-user");
  if (path) form.append("path", path);
  form.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/api/files/upload");
  request.setRequestHeader("X-XSRF-TOKEN", csrfToken());
  request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
  const abort = () => request.abort();
  signal?.addEventListener("abort", abort);
  return new Promise((resolve, reject) => {
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(Object.assign(new Error(answer.error || words(request.status)), { brokeOff: [408, 502, 503, 504].includes(request.status) }));
    });
    request.addEventListener("error", () => reject(Object.assign(new Error("The upload broke off. Check your connection and send it again."), { brokeOff: true })));
    request.addEventListener("abort", () => reject(new Error("Stopped.")));
    request.send(form);
  }).finally(() => signal?.removeEventListener("abort", abort));
}

/** Wait, unless `signal` aborts. */
function rest(time, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => (clearTimeout(timer), reject(new Error("Stopped.")));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", stop), resolve()), time);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {}; // a proxy's page
  }
}

function words(status) {
  if (status === 507) return "The server's disk is full.";
  return status === 413 ? "This file is too large for the server." : `The server refused the file (${status}).`;
}
