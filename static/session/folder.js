/** The folder that the customer shares: look around, fetch a file, put one there. */
import { fill, h, icon } from "../js/core/dom.js";
import { bytes, dateTime } from "../js/core/format.js";
import { freshId } from "../js/core/ids.js";
import { dropZone, safe } from "./files.js";

const PATIENCE = 15000; // ms for a listing
const UPLOAD_PATIENCE = 600000; // ms for a file on its way

/** `{open(path), refresh()}`; `files.send` puts files into the folder that is shown. */
export function createFolder({ store, line, speech, files, sessionId, box, list, crumbs, refresh, note, happened }) {
  const asked = new Map(); // request id → {resolve, timer}
  let shown = "";
  let root = "";

  for (const event of ["list-remote-dir-result", "get-remote-file-result", "put-remote-file-result"]) {
    line.on(event, (answer) => settle(answer.requestId, answer));
  }
  refresh.addEventListener("click", () => open(shown));
  dropZone(box, (dropped) => files.send(dropped, shown, again));
  const again = () => setTimeout(() => open(shown), 1500); // the helper fetches the file first

  function request(event, fields, patience) {
    const requestId = freshId();
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(requestId, { error: "The customer's computer did not answer." }), patience);
      asked.set(requestId, { resolve, timer });
      speech.ask(event, { ...fields, requestId }, { quiet: true }).then((ack) => ack || settle(requestId, { error: "The request was refused." }));
    });
  }

  function settle(requestId, answer) {
    const found = asked.get(requestId);
    if (!found) return;
    asked.delete(requestId);
    clearTimeout(found.timer);
    found.resolve(answer);
  }

  async function open(path) {
    if (!store.may("files")) return;
    shown = path;
    list.setAttribute("aria-busy", "true");
    const answer = await request("list-remote-dir", { path }, PATIENCE);
    if (shown !== path) return;
    list.removeAttribute("aria-busy");
    root = typeof answer.root === "string" ? answer.root : root;
    trail();
    if (answer.error) return fill(list, h("li", { class: "cs-empty" }, answer.error));
    const entries = (Array.isArray(answer.list) ? answer.list : []).filter((entry) => entry && typeof entry.name === "string");
    entries.sort((one, other) => Number(other.isDirectory) - Number(one.isDirectory) || one.name.localeCompare(other.name));
    fill(list, entries.length ? entries.map(entry) : h("li", { class: "cs-empty" }, "This folder is empty. Drop files here to put them in."));
  }

  function entry(item) {
    const path = typeof item.path === "string" ? item.path : [shown, item.name].filter(Boolean).join("/");
    const facts = item.isDirectory ? "Folder" : [bytes(item.size), dateTime(item.mtime)].join(" · ");
    const label = h("div", { class: "cs-file-name" }, h("span", { title: item.name }, item.name), h("small", { class: "text-secondary" }, facts));
    if (item.isDirectory) {
      return h("li", { class: "cs-file" }, h("button", { type: "button", class: "cs-file-open", onclick: () => open(path) }, icon("folder"), label, icon("chevron-right")));
    }
    const button = h("button", { type: "button", class: "btn btn-sm", "aria-label": `Get ${item.name}`, onclick: () => fetchFile(path, item.name, button) }, "Get");
    return h("li", { class: "cs-file" }, icon("file"), label, button);
  }

  async function fetchFile(path, name, button) {
    button.disabled = true;
    button.textContent = "Getting…";
    const answer = await request("get-remote-file", { path, via: "upload" }, UPLOAD_PATIENCE);
    button.disabled = false;
    button.textContent = "Get";
    if (answer.error) return note(`${name}: ${answer.error}`, "danger");
    happened(`You fetched ${name}`, "download");
    save(answer, name);
  }

  function save({ fileId, content }, name) {
    const inline = typeof content === "string" ? URL.createObjectURL(new Blob([decoded(content)])) : "";
    const href = inline || (fileId ? safe(`/api/files/download/${encodeURIComponent(fileId)}`) : "");
    if (!href) return;
    const link = h("a", { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    if (inline) setTimeout(() => URL.revokeObjectURL(inline), 60000);
  }

  function trail() {
    const parts = shown.split("/").filter(Boolean);
    const step = (label, path, last) => (last
      ? h("span", { "aria-current": "page" }, label)
      : [h("button", { type: "button", class: "btn btn-link btn-sm p-0", onclick: () => open(path) }, label), " / "]);
    fill(crumbs, step(root || "Shared folder", "", !parts.length), parts.map((part, index) => step(part, parts.slice(0, index + 1).join("/"), index === parts.length - 1)));
  }

  return { open, refresh: () => open(shown) };
}

function decoded(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
