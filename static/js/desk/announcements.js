/** The devices that a client expects: announced by its customers or here, each by a code that its device is given once. */
import { ApiError, del, get, post, sentence } from "../core/api.js";
import { ask, confirm, toast } from "../core/dialog.js";
import { busy, fill, h, icon } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { empty, mayAct, showFailure } from "./empty.js";
import { askUntil, field } from "./form_dialog.js";
import { copyable } from "./password.js";

const PATH = "/api/devices/provision";
const SHOWN = 50;

/** Show them in `place`; `add` is the button for another one, where the person may act. */
export function announcementsPart(clientId, { place, add }) {
  add?.addEventListener("click", announce);

  async function load() {
    try {
      const { provisions, total } = await get(`${PATH}s?${new URLSearchParams({ clientId, limit: SHOWN })}`);
      place.removeAttribute("aria-busy");
      const at = document.activeElement?.dataset?.key;
      fill(place, provisions.length ? provisions.map(row) : nobody(), total > provisions.length ? h("p", { class: "text-secondary mb-0" }, `And ${total - provisions.length} more.`) : null);
      if (at) place.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  function row(each) {
    const name = each.name || each.deviceId;
    const button = (key, label, act, extra = "") =>
      h("button", { type: "button", class: `btn btn-sm ${extra}`, "aria-label": `${label}: ${name}`, dataset: { key: `${key} ${each.id}` }, onclick: (event) => act(event.currentTarget, each) }, label);
    return h(
      "div",
      { class: "flex-wrap", dataset: { provision: each.id } },
      h(
        "div",
        { class: "ca-grow ca-break" },
        h("div", { class: "fw-medium" }, name),
        h("div", { class: "text-secondary small" }, [each.name ? each.deviceId : "", each.location || ""].filter(Boolean).map((text) => `${text} · `), "the code is good for ", h("time", { datetime: each.expiresAt, dataset: { remaining: "" }, title: dateTime(each.expiresAt) }, "…")),
      ),
      mayAct() ? h("div", { class: "ca-actions" }, button("anew", "New code", anew), button("cancel", "Cancel", cancel, "btn-ghost-danger")) : null,
    );
  }

  async function announce() {
    const made = await askUntil({
      title: "Announce a device",
      action: "Get the code",
      fields: (given) => [
        h("p", { class: "text-secondary" }, "For a device that comes by itself and takes commands, without our helper. For a computer with the helper, make an installer."),
        field("deviceId", "Device id", given.deviceId, { maxlength: 120, required: true, autocapitalize: "off", spellcheck: "false", hint: "As it stands on its label, or in its set-up." }),
        field("name", "Name", given.name, { maxlength: 120 }),
        field("location", "Where it stands", given.location, { maxlength: 200 }),
      ],
      send: ({ deviceId, name, location }) => post(PATH, { clientId, deviceId, name: name || null, location: location || null }),
    });
    if (made) await told(made);
  }

  /** The code is seen here and never again. */
  async function told({ device }) {
    load();
    const fields = [
      h("p", { class: "text-secondary" }, "Hand both over by a safe way. The code is shown only now, works once, and for this device alone. Capitals, spaces and dashes don’t matter."),
      h(
        "dl",
        { class: "ca-facts" },
        [h("dt", {}, "Device id"), h("dd", { class: "ca-break" }, device.id)],
        [h("dt", {}, "Activation code"), h("dd", {}, copyable(device.activationCode))],
        [h("dt", {}, "Server"), h("dd", { class: "ca-break" }, location.origin)],
        [h("dt", {}, "Good until"), h("dd", {}, dateTime(device.expiresAt))],
      ),
    ];
    await ask({ title: `Activation code of ${device.name || device.id}`, fields, action: "Done", cancel: "" });
  }

  async function anew(button, { id, deviceId, name, location }) {
    const isSure = await confirm({ title: "Make a new code?", text: `The old code of ${name || deviceId} stops working at once.`, action: "Make a new code" });
    if (!isSure) return;
    const made = await attempt(button, async () => (await del(`${PATH}s/${id}`), post(PATH, { clientId, deviceId, name, location })));
    if (made) await told(made);
  }

  async function cancel(button, { id, deviceId, name }) {
    const isSure = await confirm({ title: "Cancel this code?", text: `${name || deviceId} can’t come with it any more.`, action: "Cancel the code", danger: true });
    if (isSure) await attempt(button, () => del(`${PATH}s/${id}`));
  }

  async function attempt(button, work) {
    try {
      return await busy(button, work);
    } catch (error) {
      const isGone = error instanceof ApiError && error.status === 404;
      toast(isGone ? "It is not expected any more: it has come, or somebody cancelled it." : sentence(error), { kind: "danger" });
      return null;
    } finally {
      load();
    }
  }

  return { load };
}

function nobody() {
  return empty({ glyph: "key", title: "No device is expected", text: "A device that is announced, here or by the client’s own people, stands here until it has come or its code has run out." });
}
