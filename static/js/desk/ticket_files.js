/** The files at a ticket: dropped or chosen, with their progress; pictures are shown small. */
import { del, sentence } from "../core/api.js";
import { confirm } from "../core/dialog.js";
import { h, icon, refill, since } from "../core/dom.js";
import { bytes } from "../core/format.js";
import { sendForm } from "../core/sending.js";
import { attempt } from "./device_parts.js";
import { foreign, pathOf } from "./ticket_words.js";

const { meId, meRole } = document.body.dataset;
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Wire the card `place`. `desk` has `id`, `reload()`, `mayAct`; `isInternal()` says who shall see the next file. */
export function filesPart(desk, place, { isInternal = () => false } = {}) {
  const list = h("ul", { class: "ct-files" });
  const going = h("div", { role: "status" });
  const input = h("input", { type: "file", class: "visually-hidden", id: "file", multiple: true, onchange: () => (sendAll([...input.files]), (input.value = "")) });
  const words = h("span", { class: "small" });
  const drop = desk.mayAct ? h("label", { class: "ct-drop", for: "file" }, input, icon("paperclip"), h("span", {}, "Drop files here, or ", h("b", {}, "choose them")), words) : null;
  place.replaceChildren(h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Files")), list, h("div", { class: "card-body pt-2" }, going, drop));
  for (const name of ["dragover", "dragleave", "drop"]) drop?.addEventListener(name, (event) => dragged(event, name));

  function dragged(event, name) {
    event.preventDefault();
    drop.classList.toggle("is-over", name === "dragover");
    if (name === "drop") sendAll([...event.dataTransfer.files]);
  }

  async function sendAll(files) {
    for (const file of files) await send(file);
    desk.reload();
  }

  async function send(file) {
    const bar = h("progress", { class: "ct-progress", max: "1", value: "0", "aria-label": `Sending ${file.name}` });
    const line = h("div", { class: "ct-going" }, foreign(file.name, { class: "ca-clip" }), bar);
    going.append(line);
    const form = new FormData();
    if (isInternal()) form.append("is_internal", "true");
    form.append("file", file);
    try {
      await sendForm(`${pathOf(desk.id)}/attachments`, form, (share) => (bar.value = share));
      line.remove();
    } catch (error) {
      line.replaceChildren(h("span", { class: "ct-over" }, foreign(file.name), `: ${sentence(error)}`), h("button", { type: "button", class: "btn btn-sm btn-icon btn-ghost-secondary", "aria-label": "Dismiss", onclick: () => line.remove() }, icon("x")));
    }
  }

  function one(file) {
    const href = `${pathOf(desk.id)}/attachments/${encodeURIComponent(file.id)}`;
    const picture = PICTURES.has(file.media_type) ? h("img", { src: href, alt: "", loading: "lazy", class: "ct-picture" }) : icon("file");
    return h(
      "li",
      { class: file.is_internal ? "ct-internal" : "", dataset: { file: file.id } },
      h("span", { class: "ct-thumb" }, picture),
      h("div", { class: "ca-grow" }, h("a", { class: "ca-break", href, download: file.name, dataset: { key: `file ${file.id}` } }, foreign(file.name)), h("div", { class: "text-secondary small" }, `${bytes(file.size)} · `, foreign(file.uploaded_by || ""), " ", since(file.created_at)), file.is_internal ? h("span", { class: "ct-word" }, icon("lock", "ca-icon-small"), " Staff only") : null),
      mayRemove(file) ? h("button", { type: "button", class: "btn btn-sm btn-icon btn-ghost-danger", "aria-label": `Delete ${file.name}`, onclick: (event) => remove(event.currentTarget, href, file) }, icon("trash")) : null,
    );
  }

  /** Whoever brought it takes it away again, and administrators. */
  function mayRemove({ uploaded_by_id: by }) {
    return desk.mayAct && (meRole === "admin" || String(by) === meId);
  }

  async function remove(button, href, file) {
    if (!(await confirm({ title: "Delete this file?", text: file.name, action: "Delete", danger: true }))) return;
    await attempt(button, () => del(href));
    desk.reload();
  }

  return {
    draw(files) {
      refill(list, files.length ? files.map(one) : h("li", { class: "text-secondary" }, "No files."));
      this.told();
    },
    /** Say who will see the next one. */
    told() {
      if (!desk.isStaff) return;
      words.textContent = isInternal() ? "Only staff will see them." : "The customer will see them.";
      drop?.classList.toggle("ct-internal", isInternal());
    },
  };
}
