/** What staff write down about a device: notes, and fields of their own. Live for everybody who looks at it. */
import { del, get, post, put } from "../core/api.js";
import { confirm } from "../core/dialog.js";
import { fill, h, since } from "../core/dom.js";
import { attempt, said, table, tool } from "./device_parts.js";
import { empty, showFailure } from "./empty.js";

/** Show notes and fields in `place`. */
export function notesPart(device, place) {
  const [noteList, fieldList] = [h("div"), h("div")];
  let isLaid = false;
  device.line.on("device_notes", ({ notes }) => isLaid && showNotes(notes));
  device.line.on("device_custom_fields", ({ fields }) => isLaid && showFields(fields));

  async function show() {
    try {
      const [notes, fields] = await Promise.all([get(`${device.path}/notes`), get(`${device.path}/custom-fields`)]);
      if (!isLaid) lay();
      showNotes(notes);
      showFields(fields);
    } catch (error) {
      isLaid = false;
      showFailure(place, error, { retry: show });
    }
  }

  function lay() {
    isLaid = true;
    const card = (title, form, body) =>
      h(
        "div",
        { class: "card mb-3" },
        h("div", { class: "card-header" }, h("h2", { class: "card-title" }, title)),
        form,
        body,
      );
    fill(
      place,
      card("Notes", device.mayAct ? noteForm() : null, noteList),
      card("Fields", device.mayAct ? fieldForm() : null, fieldList),
    );
  }

  function noteForm() {
    const field = h("textarea", {
      class: "form-control",
      rows: "2",
      maxlength: "10000",
      required: true,
      "aria-label": "New note",
      placeholder: "What should the next technician know?",
    });
    const go = h("button", { type: "submit", class: "btn btn-primary" }, "Add");
    return form([field, go], go, async () => {
      await post(`${device.path}/notes`, { content: field.value });
      field.value = "";
    });
  }

  function fieldForm() {
    const name = h("input", {
      class: "form-control",
      maxlength: "80",
      required: true,
      "aria-label": "Field name",
      placeholder: "Name",
    });
    const value = h("input", {
      class: "form-control",
      maxlength: "1000",
      "aria-label": "Field value",
      placeholder: "Value",
    });
    const go = h("button", { type: "submit", class: "btn btn-primary" }, "Set");
    return form([name, value, go], go, async () => {
      await put(`${device.path}/custom-fields`, { fields: { [name.value]: value.value } });
      name.value = value.value = "";
      name.focus();
    });
  }

  function form(parts, button, send) {
    const made = h("form", { class: "cd-bar", autocomplete: "off" }, parts);
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await attempt(button, send)) show();
    });
    return made;
  }

  function showNotes(notes) {
    const one = (note) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "ca-grow" },
          h("div", { class: "cd-said" }, said(note.content, { most: 10_000 })),
          h("div", { class: "text-secondary small" }, `${said(note.author, { most: 120 })} · `, since(note.created_at)),
        ),
        device.mayAct
          ? tool("Delete", "trash", (event) => remove(`notes/${note.id}`, "Delete this note?", event.currentTarget), {
              extra: "btn-ghost-danger",
            })
          : null,
      );
    fill(
      noteList,
      notes.length
        ? h("ul", { class: "cd-lines" }, notes.map(one))
        : empty({
            glyph: "notes",
            title: "No notes",
            text: "What is written here is seen by everybody who looks after this device.",
          }),
    );
  }

  function showFields(fields) {
    const rows = fields.map((each) => [
      h("b", { class: "fw-medium ca-break" }, each.field_name),
      h("span", { class: "ca-break" }, said(each.field_value, { most: 1000 })),
      h(
        "span",
        { class: "text-secondary small ca-break" },
        `${said(each.updated_by, { most: 120 })} · `,
        since(each.updated_at),
      ),
      device.mayAct
        ? tool(
            "Delete",
            "trash",
            (event) =>
              remove(
                `custom-fields/${encodeURIComponent(each.field_name)}`,
                `Delete the field ${each.field_name}?`,
                event.currentTarget,
              ),
            { extra: "btn-ghost-danger", "aria-label": `Delete ${each.field_name}` },
          )
        : null,
    ]);
    fill(
      fieldList,
      rows.length
        ? table([["Field"], ["Value"], ["Set by"], ["", "w-1"]], rows)
        : empty({
            glyph: "clipboard",
            title: "No fields",
            text: "Inventory number, room, warranty: whatever your team wants to know of a device.",
          }),
    );
  }

  async function remove(what, title, button) {
    if (!(await confirm({ title, action: "Delete", danger: true }))) return;
    if (await attempt(button, () => del(`${device.path}/${what}`))) show();
  }

  return { show };
}
