/** Repairs from the whitelist: what each does, who must allow it, how it went, and what it changed. */
import { get, post } from "../core/api.js";
import { ask } from "../core/dialog.js";
import { fill, h, since } from "../core/dom.js";
import { gently } from "../core/live.js";
import { attempt, said, tool } from "./device_parts.js";
import { difference } from "./difference.js";
import { empty, showFailure } from "./empty.js";

const STATES = {
  sent: ["Waiting for the person at the device", "wait"],
  done: ["Done", "ok"],
  failed: ["Failed", "bad"],
  declined: ["Declined at the device", "none"],
  expired: ["No answer", "none"],
};

/** Show the repairs in `place`. */
export function repairsPart(device, place) {
  const [offer, past] = [h("div"), h("div")];
  const opened = new Set();
  let [actions, asked] = [null, []];
  const load = gently(() => read());
  for (const event of ["device_remediation_update", "remediation_requested"]) device.line.on(event, load);

  async function read() {
    try {
      const [list, known] = await Promise.all([
        get(`${device.path}/remediations`),
        actions || get("/api/remediations/actions"),
      ]);
      asked = list.remediations || list;
      actions = known.actions || known;
      if (!offer.isConnected) fill(place, past, offer);
      draw();
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  function draw() {
    if (!actions || !offer.isConnected) return;
    const name = (id) => actions.find((each) => each.action_id === id)?.name || said(id, { most: 60 });
    const none = empty({
      glyph: "tool",
      title: "Nothing was asked for yet",
      text: "A repair is done when the person at the device allows it. What it changed is kept here.",
    });
    fill(
      past,
      card(
        "Asked for",
        asked.length
          ? h(
              "ul",
              { class: "cd-lines" },
              asked.map((each) => line(each, name(each.action_id))),
            )
          : none,
      ),
    );
    fill(offer, device.mayAct ? card("What can be done", h("ul", { class: "cd-lines" }, actions.map(choice))) : null);
  }

  function choice(action) {
    return h(
      "li",
      {},
      h(
        "div",
        { class: "ca-grow" },
        h("div", { class: "fw-medium" }, action.name),
        h("div", { class: "text-secondary small" }, action.sentence),
      ),
      tool("Ask", "tool", (event) => request(action, event.currentTarget), {
        disabled: !device.isOnline,
        title: device.isOnline ? `Ask the device: ${action.name}` : "The device is offline",
        "aria-label": `Ask the device: ${action.name}`,
      }),
    );
  }

  async function request(action, button) {
    const values = await ask({ title: action.name, fields: fields(action), action: "Ask the device" });
    if (!values) return;
    const parameter = String(values.get("parameter") || "").trim() || null;
    if (await attempt(button, () => post(`${device.path}/remediations`, { action_id: action.action_id, parameter })))
      load();
  }

  function line(each, name) {
    const [words, level] = STATES[each.state] || [said(each.state), "none"];
    const changes = difference(each.before, each.after);
    const details = changes
      ? h("details", { open: opened.has(each.request_id) }, h("summary", {}, "What it changed"), changes)
      : null;
    details?.addEventListener("toggle", () =>
      details.open ? opened.add(each.request_id) : opened.delete(each.request_id),
    );
    return h(
      "li",
      { dataset: { remediation: each.request_id } },
      h(
        "div",
        { class: "ca-grow" },
        h(
          "div",
          { class: "ca-break" },
          h("b", { class: "fw-medium" }, name),
          each.parameter ? ` ${said(each.parameter, { most: 200 })}` : "",
        ),
        h("div", { class: "small" }, h("span", { class: `cd-level cd-level-${level}`, role: "status" }, words)),
        each.message ? h("div", { class: "cd-said small" }, said(each.message, { most: 2000 })) : null,
        h(
          "div",
          { class: "text-secondary small" },
          `Asked by ${said(each.asked_by, { most: 120 })} · `,
          since(each.created_at),
        ),
        details,
      ),
    );
  }

  return { show: load, changed: draw };
}

function fields(action) {
  const { parameter } = action;
  const needed = parameter && (parameter.is_needed ?? parameter.required ?? true);
  return h(
    "div",
    {},
    h("p", {}, action.sentence),
    parameter
      ? [
          h(
            "label",
            { class: needed ? "form-label required" : "form-label", for: "parameter" },
            parameter.name.charAt(0).toUpperCase() + parameter.name.slice(1),
          ),
          h("input", {
            id: "parameter",
            name: "parameter",
            class: "form-control mb-3",
            maxlength: "200",
            required: needed,
            autocomplete: "off",
            spellcheck: "false",
          }),
        ]
      : null,
    h(
      "p",
      { class: "text-secondary mb-0" },
      "The person at the device is asked first. What is looked at before and after is shown here.",
    ),
  );
}

function card(title, body) {
  return h(
    "div",
    { class: "card mb-3" },
    h("div", { class: "card-header" }, h("h2", { class: "card-title" }, title)),
    body,
  );
}
