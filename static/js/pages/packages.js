/** The administrator's page of packages: what there is for each platform, and uploads with their progress. */
import { csrfToken, get, sentence, ApiError } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { byId, fill, h, icon, since } from "../core/dom.js";
import { bytes } from "../core/format.js";
import { gently, live } from "../core/live.js";
import { showFailure } from "../desk/empty.js";

const NAMES = {
  exe: "Windows installer (EXE)",
  dmg: "Mac disk image (DMG)",
  payload: "Helper payload",
  "windows-runtime": "Python for Windows",
  "macos-runtime": "Python for Mac",
};
const MISSING = {
  "linux-x86_64": "Build it with: make payloads",
  "linux-python": "Build it with: make payloads",
  "windows-x86_64": "Upload a payload bundle, or build one from a Python for Windows.",
  "macos-arm64": "Upload a payload bundle, or build one from a Python for Mac.",
};
let largest = Infinity;
let sending = null;
const load = gently(() => refresh().catch((error) => showFailure(byId("payloads"), error, { retry: load })));

live().onResync(load);
live().on("templates-updated", load);
byId("upload").addEventListener("submit", upload);
byId("cancel").addEventListener("click", () => sending?.abort());
byId("file").addEventListener("change", () => say(""));

async function refresh() {
  const status = await get("/api/packages/templates");
  largest = status.largestUpload;
  byId("largest").textContent = bytes(largest);
  list("payloads", status.payloads.map((each) => row(each.label, each, MISSING[each.platform], origin(each))));
  list(
    "installers",
    Object.entries(status.templates).map(([kind, each]) => row(NAMES[kind], each, "None uploaded yet.")),
  );
  list(
    "runtimes",
    status.runtimes.map((each) => row(NAMES[each.kind], each, "None uploaded yet.", each.available ? build(each) : "")),
  );
}

function list(id, rows) {
  byId(id).removeAttribute("aria-busy");
  fill(byId(id), rows);
}

function origin({ available, uploaded }) {
  return available ? (uploaded ? "uploaded" : "built here") : "";
}

function build({ kind }) {
  return `Build with: python -m builder.payloads ${kind.split("-")[0]} --shelf instance/payloads`;
}

/** One thing that packages are made of: whether it is there, its version, size, age and hash. */
function row(label, each, missing, more = "") {
  const facts = [each.version ? `version ${each.version}` : "", bytes(each.size), more].filter(Boolean).join(" · ");
  return h(
    "div",
    {},
    h("span", { class: each.available ? "text-success" : "text-secondary" }, icon(each.available ? "circle-check" : "alert-circle")),
    h(
      "div",
      { class: "ca-grow" },
      h("div", { class: "fw-medium" }, label),
      each.available
        ? [
            h("div", { class: "text-secondary small" }, facts, each.updatedAt ? [" · ", since(each.updatedAt)] : null),
            h("div", { class: "text-secondary small ca-hash", title: "SHA-256" }, each.sha256),
          ]
        : h("div", { class: "text-secondary small" }, missing),
    ),
    h("span", { class: `badge ${each.available ? "bg-green-lt" : "bg-secondary-lt"}` }, each.available ? "Ready" : "Missing"),
  );
}

async function upload(event) {
  event.preventDefault();
  const file = byId("file").files[0];
  if (!file) return say("Choose a file first.");
  if (file.size > largest) return say(`This file has ${bytes(file.size)}; at most ${bytes(largest)} are taken.`);
  say("");
  show(true);
  try {
    const { type } = await send(file, byId("version").value.trim());
    toast(`${NAMES[type]} is in place.`, { kind: "success" });
    byId("upload").reset();
    load();
  } catch (error) {
    if (error.name !== "AbortError") say(sentence(error));
  } finally {
    show(false);
  }
}

/** Send with XMLHttpRequest: fetch tells nothing of how far an upload is. */
function send(file, version) {
  const form = new FormData();
  if (version) form.append("version", version);
  form.append("file", file);
  const call = new XMLHttpRequest();
  sending = call;
  call.open("POST", "/api/packages/templates");
  call.setRequestHeader("X-XSRF-TOKEN", csrfToken());
  call.responseType = "json";
  call.upload.addEventListener("progress", ({ loaded, total }) => note(loaded, total));
  return new Promise((resolve, reject) => {
    call.addEventListener("load", () => (call.status === 200 ? resolve(call.response) : reject(refusal(call))));
    call.addEventListener("error", () => reject(new ApiError("", { code: "OFFLINE" })));
    call.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    call.send(form);
  });
}

function refusal({ status, response }) {
  const body = response || {};
  return new ApiError(body.error || "", { status, code: body.error_code || "", detail: body.detail || "", body });
}

function note(loaded, total) {
  const share = total ? Math.floor((100 * loaded) / total) : 0;
  byId("bar").value = share;
  byId("progress-text").textContent =
    loaded < total ? `${bytes(loaded)} of ${bytes(total)} (${share} %)` : "The server checks what came…";
}

function show(isSending) {
  byId("progress").hidden = !isSending;
  byId("send").disabled = isSending;
  byId("bar").value = 0;
  byId("progress-text").textContent = "";
  if (!isSending) sending = null;
}

function say(text) {
  fill(byId("said"), text ? h("div", { class: "alert alert-danger mb-3" }, icon("alert-triangle"), " ", text) : null);
}
