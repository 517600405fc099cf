/** Repairs from the whitelist: what each does, who must allow it, how it went, and what it changed. */
import { get, post } from "../core/api.js";
import { ask } from "../core/dialog.js";
import { fill, h, since } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { attempt, card, said, tool } from "./device_parts.js";
import { difference } from "./difference.js";
import { empty, showFailure } from "./empty.js";

const NEWEST = 5; // shown unfolded
const STATES = {
  sent: ["Waiting for the person at the device", "wait"],
  running: ["Allowed; the device is at it", "wait"],
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
  const load = gently(() => read(), { wait: 1000 });
  live().on("remediation-changed", (event) => event.deviceId === device.id && offer.isConnected && load());

  async function read() {
    try {
      const [list, known] = await Promise.all([
        get(`${device.path}/remediations`),
        actions || get("/api/remediations/actions"),
      ]);
      asked = list.remediations;
      actions = known.actions || known;
      if (!offer.isConnected) fill(place, past, offer);
      draw();
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  function draw() {
    if (!actions || !offer.isConnected) return;
    const name = (id) => actions.find((each) => each.id === id)?.name || said(id, { most: 60 });
    const lines = asked.map((each) => line(each, name(each.action_id)));
    const earlier = lines.slice(NEWEST);
    const isOpen = past.querySelector(".cd-history")?.open;
    fill(
      past,
      lines.length || !device.mayAct
        ? card("Asked for", lines.length ? list(lines.slice(0, NEWEST)) : nothing())
        : null,
    );
    if (earlier.length)
      past.firstChild.append(
        h(
          "details",
          { class: "cd-history", open: isOpen },
          h("summary", {}, `Earlier: ${earlier.length}`),
          list(earlier),
        ),
      );
    fill(offer, device.mayAct ? card("What can be done", list(actions.map(choice))) : null);
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
        disabled: Boolean(device.row.whyNot),
        title: device.row.whyNot || `Ask the device: ${action.name}`,
        "aria-label": `Ask the device: ${action.name}`,
      }),
    );
  }

  async function request(action, button) {
    const values = await ask({ title: action.name, fields: fields(action), action: "Ask the device" });
    if (!values) return;
    const parameter = String(values.get("parameter") || "").trim() || null;
    if (await attempt(button, () => post(`${device.path}/remediations`, { actionId: action.id, parameter }))) load();
  }

  function line(each, name) {
    const [words, level] = STATES[each.state] || [said(each.state), "none"];
    const details = each.changes.length
      ? h(
          "details",
          { open: opened.has(each.request_id) },
          h("summary", {}, `What it changed: ${each.changes.length}`),
          difference(each.changes),
        )
      : null;
    const same = !details && each.before && each.after && each.state === "done";
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
        same ? h("div", { class: "text-secondary small" }, "Nothing that was looked at has changed.") : null,
        details,
      ),
    );
  }

  return { show: load, changed: draw };
}

function list(lines) {
  return h("ul", { class: "cd-lines" }, lines);
}

function nothing() {
  return empty({
    glyph: "tool",
    title: "Nothing was asked for yet",
    text: "A repair is done when the person at the device allows it. What it changed is kept here.",
  });
}

function fields(action) {
  const { parameter } = action;
  const needed = Boolean(parameter?.needed);
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
