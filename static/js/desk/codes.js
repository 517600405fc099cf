/** Support codes on the desk: make one, show it to be read out, list the active ones, take one back. */
import { del, post, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, fill, h, icon, since } from "../core/dom.js";
import { code as spaced } from "../core/format.js";
import { empty, mayAct } from "./empty.js";

/** Make a code. `order`: customer_name, notes, expires_hours, … Resolves to the server's answer. */
export function makeCode(order) {
  return post("/api/support-codes", order);
}

/** The new code in large digits, ready to be read out, with its expiry and what to say. */
export function madeCard(made) {
  const words = `Please open ${location.host} and type the code ${spaced(made.support_code)}.`;
  return h(
    "div",
    { class: "card ca-made mb-3" },
    h(
      "div",
      { class: "card-body text-center" },
      h("p", { class: "mb-1 text-secondary" }, "Code for ", h("b", { class: "ca-break" }, made.customer_name)),
      h(
        "p",
        { class: "ca-code ca-code-large mb-2", "aria-label": `Code ${[...String(made.support_code)].join(" ")}` },
        spaced(made.support_code),
      ),
      h("p", { class: "text-secondary" }, icon("clock"), " ", left(made.expires_at)),
      h("blockquote", { class: "ca-say" }, h("span", { class: "ca-say-label" }, "Read this out"), words),
      h(
        "div",
        { class: "d-flex flex-wrap gap-2 justify-content-center" },
        copyButton("Copy code", made.support_code),
        copyButton("Copy the sentence", words),
        copyButton("Copy link", `${location.origin}/?code=${made.support_code}`),
      ),
    ),
  );
}

/** Fill `place` with the active codes; `changed()` runs after one was deactivated. Without it: short rows to look at. */
export function showCodes(place, codes, { changed = null, limit = Infinity } = {}) {
  place.removeAttribute("aria-busy");
  const rows = codes.slice(0, limit).map((each) => (changed ? row(each, changed) : shortRow(each)));
  fill(
    place,
    rows.length
      ? rows
      : empty({
          glyph: "dialpad",
          title: "No active codes",
          text: "Make a code when a customer calls. It shows up here until it runs out.",
        }),
  );
}

function row(each, changed) {
  const details = [each.technician_name ? `by ${each.technician_name}` : "", each.notes || ""]
    .filter(Boolean)
    .join(" · ");
  return h(
    "div",
    { class: "ca-code-row" },
    h("span", { class: "ca-code ca-code-chip" }, spaced(each.code)),
    h(
      "div",
      { class: "ca-grow" },
      h("div", { class: "ca-clip fw-medium" }, each.customer_name),
      details ? h("div", { class: "ca-clip text-secondary small" }, details) : null,
      h(
        "div",
        { class: "text-secondary small" },
        icon("clock", "ca-icon-small"),
        " ",
        left(each.expires_at),
        " · ",
        icon("download", "ca-icon-small"),
        ` ${downloads(each)} · made `,
        since(each.created_at),
      ),
    ),
    h(
      "div",
      { class: "ca-actions flex-nowrap" },
      copyButton("", each.code, `Copy code ${spaced(each.code)}`),
      mayAct()
        ? h(
            "button",
            { type: "button", class: "btn btn-sm", onclick: (event) => deactivate(event.currentTarget, each, changed) },
            "Deactivate",
          )
        : null,
    ),
  );
}

function shortRow(each) {
  return h(
    "div",
    {},
    h("span", { class: "ca-code ca-code-chip" }, spaced(each.code)),
    h(
      "div",
      { class: "ca-grow" },
      h("div", { class: "ca-clip fw-medium" }, each.customer_name),
      h("div", { class: "ca-clip text-secondary small" }, left(each.expires_at), ` · ${downloads(each)}`),
    ),
    copyButton("", each.code, `Copy code ${spaced(each.code)}`),
  );
}

function downloads({ downloads: count = 0 }) {
  return `${count} download${count === 1 ? "" : "s"}`;
}

async function deactivate(button, { code, customer_name: name }, changed) {
  const sure = await confirm({
    title: `Deactivate ${spaced(code)}?`,
    action: "Deactivate",
    danger: true,
    text: `${name} can then no longer use it. A helper that is running already stays connected.`,
  });
  if (!sure) return;
  try {
    await busy(button, () => del(`/api/support-codes/${encodeURIComponent(code)}`));
    toast(`Code ${spaced(code)} is deactivated.`, { kind: "success" });
    changed();
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}

function left(iso) {
  return h("span", {}, "ends in ", h("time", { datetime: iso, dataset: { remaining: "" }, class: "ca-number" }, "…"));
}

function copyButton(label, text, title = label) {
  return h(
    "button",
    {
      type: "button",
      class: label ? "btn btn-sm" : "btn btn-sm btn-icon",
      "aria-label": title,
      title,
      onclick: () => copy(text),
    },
    icon("copy"),
    label ? ` ${label}` : null,
  );
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.", { kind: "success" });
  } catch {
    toast("The browser does not allow copying here. Please mark the text and copy it yourself.", { kind: "danger" });
  }
}
