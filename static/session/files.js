/** The files of the session: what was sent either way, how far it is, and the drop zone. */
import { get } from "../js/core/api.js";
import { h, icon } from "../js/core/dom.js";
import { bytes } from "../js/core/format.js";
import { freshId } from "../js/core/ids.js";
import { upload } from "./transfer.js";

const AT_ONCE = 2;
const IN = "user-to-technician";

/** `{load(), send(files, path)}`. Rows are kept by file id, so that a list, an event and a progress meet in one row. */
export function createFiles({ store, line, sessionId, list, drop, pick, panels, happened, note }) {
  const rows = new Map();
  const waiting = [];
  let running = 0;
  let unread = 0;

  line.on("file-available", (event) => {
    if (event.sessionId && event.sessionId !== sessionId) return;
    const known = rows.has(String(event.id));
    row(String(event.id), normal(event));
    if (known || event.direction !== IN) return;
    happened(`The customer sent ${event.original_name || event.originalName || "a file"}`, "file");
    if (!panels.isShown("files")) panels.badge("files", (unread += 1));
  });
  line.on("file-progress", (event) => {
    const id = String(event.fileId || event.requestId || "");
    if (!id || (event.sessionId && event.sessionId !== sessionId)) return;
    const share = event.size > 0 ? event.received / event.size : 0;
    const state = event.error ? `Failed: ${event.error}` : event.done ? "On the customer's computer" : "";
    row(id, { name: event.name, size: event.size, direction: event.direction, share: event.done || event.error ? null : share, state, failed: Boolean(event.error) });
    if (event.done && !event.error && event.direction !== IN) happened(`${event.name} arrived`, "file");
  });
  pick.addEventListener("change", () => {
    send([...pick.files]);
    pick.value = "";
  });
  dropZone(drop, (files) => send(files));

  async function load() {
    const { files } = await get(`/api/files/session/${encodeURIComponent(sessionId)}`).catch(() => ({ files: [] }));
    for (const file of [...(files || [])].reverse()) row(String(file.id), normal(file));
  }

  /** Queue `files` for the customer, into the folder `path`. `then()` runs after each one. */
  function send(files, path = "", then = () => {}) {
    if (!store.may("files")) return note("The customer has not allowed files.", "danger");
    for (const file of files) waiting.push({ file, path, then, id: `local-${freshId()}` });
    for (const job of waiting) row(job.id, { name: job.file.name, size: job.file.size, direction: "technician-to-user", state: "Waiting", share: 0 });
    next();
  }

  async function next() {
    if (running >= AT_ONCE || !waiting.length) return;
    running += 1;
    const { file, path, then, id } = waiting.shift();
    next();
    const stop = new AbortController();
    row(id, { state: "Sending", cancel: () => stop.abort() });
    try {
      const answer = await upload({ file, sessionId, path, signal: stop.signal, onProgress: (share) => row(id, { share, state: "Sending" }), onAgain: () => row(id, { share: 0, state: "The line broke. Sending again" }) });
      adopt(id, String(answer.fileId));
      row(String(answer.fileId), { share: null, cancel: null, state: rows.get(String(answer.fileId)).facts.state.startsWith("On") ? "On the customer's computer" : "Waiting for the customer's computer" });
      happened(`You sent ${file.name}`, "upload");
      then();
    } catch (error) {
      row(id, { share: null, cancel: null, failed: true, state: error.message });
    }
    running -= 1;
    next();
  }

  /** The server has named the file: what an event may have said about it already goes on in one row. */
  function adopt(local, id) {
    const mine = rows.get(local);
    const other = rows.get(id);
    if (other) other.element.remove();
    rows.delete(local);
    rows.set(id, mine);
    if (other) row(id, other.facts);
  }

  function row(id, patch) {
    const found = rows.get(id) || { element: h("li", { class: "cs-file" }), facts: { name: "File", size: 0, state: "", share: null } };
    if (!rows.has(id)) list.prepend(found.element);
    rows.set(id, found);
    for (const [key, value] of Object.entries(patch)) if (value !== undefined) found.facts[key] = value;
    draw(found);
  }

  return {
    load,
    send,
    read: () => (unread = 0),
  };
}

function draw({ element, facts }) {
  const { name, size, direction, state, share, url, failed, cancel } = facts;
  const text = [bytes(size), state].filter(Boolean).join(" · ");
  element.dataset.failed = String(Boolean(failed));
  element.replaceChildren(
    icon(direction === IN ? "download" : "upload"),
    h("div", { class: "cs-file-name" }, h("span", { title: name }, name), h("small", { class: "text-secondary" }, text),
      share === null ? null : h("progress", { max: 1, value: share, "aria-label": `Progress of ${name}` })),
    ...(direction === IN && url ? [h("a", { class: "btn btn-sm", href: url, download: name, "aria-label": `Download ${name}` }, "Download")] : []),
    ...(cancel ? [h("button", { type: "button", class: "btn btn-icon btn-sm btn-ghost-secondary", "aria-label": `Stop sending ${name}`, onclick: cancel }, icon("x"))] : []),
  );
}

/** One shape for a row of the list and for the event. Only addresses of our own server become links. */
function normal(file) {
  const url = file.downloadUrl || `/api/files/download/${encodeURIComponent(file.id)}`;
  return {
    name: file.original_name || file.originalName || "File",
    size: Number(file.file_size ?? file.size) || 0,
    direction: file.direction,
    url: safe(url),
    state: file.status === "downloaded" ? (file.direction === IN ? "Downloaded" : "On the customer's computer") : undefined,
  };
}

export function safe(url) {
  const found = new URL(url, location.origin);
  return found.origin === location.origin && found.pathname.startsWith("/api/") ? found.pathname + found.search : "";
}

/** Call `take(files)` for files dropped on `zone`. */
export function dropZone(zone, take) {
  let depth = 0;
  const over = (isOver) => zone.classList.toggle("cs-over", isOver);
  zone.addEventListener("dragenter", (event) => (event.preventDefault(), over(Boolean((depth += 1)))));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => over((depth -= 1) > 0));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(Boolean((depth = 0)));
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}
