/** Sends one file to the server with progress. XMLHttpRequest, because fetch does not tell how far an upload is. */
import { csrfToken } from "/static/js/core/api.js";

/**
 * Upload `file` for `sessionId` to the customer, into `path` of the shared folder when given. `onProgress(0–1)`.
 * Resolves to the server's answer; rejects with an Error whose message is for people. `signal` aborts.
 */
export function upload({ file, sessionId, path = "", onProgress, signal }) {
  const form = new FormData();
  form.append("sessionId", sessionId);
  form.append("direction", "technician-to-user");
  if (path) form.append("path", path);
  form.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/api/files/upload");
  request.setRequestHeader("X-XSRF-TOKEN", csrfToken());
  request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
  signal?.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(new Error(answer.error || words(request.status)));
    });
    request.addEventListener("error", () => reject(new Error("The upload broke off. Check your connection and send it again.")));
    request.addEventListener("abort", () => reject(new Error("Stopped.")));
    request.send(form);
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
  return status === 413 ? "This file is too large for the server." : `The server refused the file (${status}).`;
}
