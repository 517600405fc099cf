/** Sending files with their progress, which fetch() doesn't tell. */
import { ApiError, csrfToken } from "./api.js";

/** Send `form` to `path`; `told(share)` hears how much went, from 0 to 1. Resolves to the answer, rejects with an ApiError. */
export function sendForm(path, form, told) {
  const request = new XMLHttpRequest();
  request.open("POST", path);
  request.setRequestHeader("X-XSRF-TOKEN", csrfToken());
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", ({ lengthComputable: isKnown, loaded, total }) => isKnown && told(loaded / total));
  return new Promise((resolve, reject) => {
    request.addEventListener("error", () => reject(new ApiError("The server cannot be reached.", { code: "OFFLINE" })));
    request.addEventListener("load", () => (request.status < 300 ? resolve(parsed(request)) : reject(refusal(request))));
    request.send(form);
  });
}

function refusal(request) {
  const body = parsed(request);
  return new ApiError(typeof body.error === "string" ? body.error : "", { status: request.status, code: body.error_code, detail: typeof body.detail === "string" ? body.detail : "", retryAfter: Number.parseInt(request.getResponseHeader("Retry-After"), 10) || 0, body });
}

function parsed(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {}; // a proxy's page: the status says enough
  }
}
