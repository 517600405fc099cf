/** Everything that is kept of a client, for administrators: how much it is, handed out as a ZIP, erased for good. */
import { get, post, sentence } from "../core/api.js";
import { ask, toast } from "../core/dialog.js";
import { fill, h, icon } from "../core/dom.js";
import { bytes } from "../core/format.js";

/** `path` is the client's address in the API, `place` a card's body; `mayErase` is false for the client that must stay. */
export function clientDataPart(path, { place, mayErase }) {
  const said = h("p", { class: "text-secondary" }, "Devices, sessions, cases, tickets, recordings, the log: all of it, without passwords.");
  const parts = [
    h("h2", { class: "card-title mb-1" }, "Everything kept of this client"),
    said,
    h(
      "div",
      { class: "btn-list" },
      h("a", { class: "btn", href: `${path}/export` }, icon("download"), " Export (ZIP)"),
      mayErase ? h("button", { type: "button", class: "btn btn-outline-danger", onclick: erase }, icon("trash"), " Erase…") : null,
    ),
  ];
  fill(place, parts);

  async function erase(event) {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const found = await get(`${path}/data`);
      const typed = await ask({ title: `Erase ${found.name} for good?`, fields: question(found), action: "Erase everything", danger: true });
      if (!typed) return;
      fill(said, "Erasing… this can take minutes for a large client. You may leave this page.");
      await post(`${path}/erase`, { name: typed.get("name").trim(), keep_log: typed.get("keep_log") === "on" });
      location.assign("/clients");
    } catch (error) {
      fill(said, sentence(error));
      toast(sentence(error), { kind: "danger" });
    } finally {
      button.disabled = false;
    }
  }
}

function question(found) {
  const rows = Object.values(found.rows).reduce((sum, count) => sum + count, 0);
  const files = found.files ? ` and ${found.files} files (${bytes(found.bytes)})` : "";
  return [
    h("p", {}, `${rows.toLocaleString()} entries${files} are deleted: devices, sessions, cases, tickets, recordings and accounts. Devices are cut off, sessions end. This can’t be undone: export them first.`),
    h("label", { class: "form-label", htmlFor: "erase-name" }, "Type the client’s name"),
    h("input", { id: "erase-name", name: "name", class: "form-control mb-3", autocomplete: "off", required: true, placeholder: found.name }),
    h("label", { class: "form-check mb-0" }, h("input", { type: "checkbox", name: "keep_log", class: "form-check-input" }), h("span", { class: "form-check-label" }, "Keep the log of who did what")),
  ];
}
