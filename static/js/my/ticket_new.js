/** A customer asks for help: what is wrong, with which of their devices, and a picture of it. */
import { get, post, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { h } from "../core/dom.js";
import { sendForm } from "../core/sending.js";
import { askUntil, field } from "../desk/form_dialog.js";
import { options, pathOf } from "../desk/ticket_words.js";

/** Ask and open the ticket; `deviceId` is the device that it is about, if any. Goes to the ticket's page. */
export async function askForHelp({ deviceId = "" } = {}) {
  const { devices } = await get("/api/v1/customer/devices?limit=100").catch(() => ({ devices: [] })); // it can be asked without one
  const known = Object.fromEntries(devices.map((each) => [each.id, each.name || each.id]));
  const made = await askUntil({ title: "Ask for help", action: "Send", given: { device_id: deviceId }, fields: (given) => fields(given, known), send });
  if (made) location.assign(`/my/tickets/${made.id}`);
}

function fields(given, devices) {
  const choice = h("select", { id: "ask-device", name: "device_id", class: "form-select mb-3" }, options(devices, { chosen: given.device_id || "", first: ["", "Something else"] }));
  return h(
    "div",
    {},
    Object.keys(devices).length ? [h("label", { class: "form-label", for: "ask-device" }, "Which device is it about?"), choice] : null,
    field("title", "What is wrong, in a few words?", given.title, { maxlength: "500", required: true, dir: "auto" }),
    field("description", "What happens, and since when?", given.description, { rows: "5", maxlength: "10000", required: true, dir: "auto" }),
    h("label", { class: "form-label", for: "ask-file" }, "A picture or file that shows it, if you have one"),
    h("input", { id: "ask-file", name: "file", type: "file", class: "form-control" }),
  );
}

async function send({ title, description, device_id: device, form }) {
  const made = await post("/api/tickets", { title, description, ...(device ? { device_id: device } : {}) });
  const file = form.get("file");
  if (file?.size) await attach(made, file).catch((error) => toast(`Your request was sent, but not the file: ${sentence(error)}`, { kind: "danger" }));
  return made;
}

function attach(ticket, file) {
  const form = new FormData();
  form.append("file", file);
  return sendForm(`${pathOf(ticket.id)}/attachments`, form, () => {});
}
