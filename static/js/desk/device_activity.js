/** What happened to a device, by the audit log: newest first, by kind, page by page. */
import { get } from "../core/api.js";
import { fill, h, since } from "../core/dom.js";
import { said } from "./device_parts.js";
import { empty, showFailure } from "./empty.js";

const AT_ONCE = 50;
const KINDS = [
  ["", "Everything"],
  ["device", "The device itself"],
  ["session", "Sessions"],
  ["consent", "Consent"],
  ["diagnostic", "Checks"],
  ["remediation", "Repairs"],
  ["tool", "Tools"],
  ["assistant", "Assistant"],
  ["alert", "Alerts"],
  ["ticket", "Tickets"],
  ["note", "Notes"],
  ["custom_field", "Fields"],
];

/** Show the activity in `place`. */
export function activityPart(device, place) {
  let page = 1;
  const body = h("div");
  const kind = h(
    "select",
    { class: "form-select w-auto ms-auto", "aria-label": "Kind", onchange: () => turn(1) },
    KINDS.map(([value, label]) => h("option", { value }, label)),
  );

  async function show() {
    if (!body.isConnected)
      fill(
        place,
        h(
          "div",
          { class: "card" },
          h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Activity"), kind),
          body,
        ),
      );
    try {
      const query = new URLSearchParams({ page, limit: AT_ONCE, ...(kind.value ? { action: kind.value } : {}) });
      draw(await get(`${device.path}/activity?${query}`));
    } catch (error) {
      showFailure(body, error, { retry: show });
    }
  }

  function turn(to) {
    page = to;
    show();
  }

  function draw({ activities, total }) {
    if (!activities.length)
      return void fill(
        body,
        empty({ glyph: "history", title: "Nothing yet", text: "What is done with this device is written down here." }),
      );
    const pages = Math.ceil(total / AT_ONCE);
    const step = (label, to) =>
      h(
        "button",
        { type: "button", class: "btn btn-sm", disabled: to < 1 || to > pages, onclick: () => turn(to) },
        label,
      );
    return void fill(
      body,
      h("ol", { class: "cd-lines" }, activities.map(line)),
      pages > 1
        ? h(
            "nav",
            { class: "cd-foot ca-actions", "aria-label": "Pages" },
            h("span", { class: "text-secondary small me-auto" }, `Page ${page} of ${pages}`),
            step("Newer", page - 1),
            step("Older", page + 1),
          )
        : null,
    );
  }

  return { show };
}

function line(each) {
  return h(
    "li",
    {},
    h(
      "span",
      { class: "ca-grow ca-break" },
      told(each),
      h(
        "span",
        { class: "text-secondary small d-block" },
        `${said(each.actor, { most: 120 })} · ${said(each.action, { most: 60 })}`,
      ),
    ),
    h("span", { class: "text-secondary small text-nowrap" }, since(each.created_at)),
  );
}

function told(each) {
  try {
    return said(JSON.parse(each.details).message || each.action, { most: 500 });
  } catch {
    return said(each.action);
  }
}
