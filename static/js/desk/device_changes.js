/** Renaming and removing a device, each asked in a dialog first. */
import { del, patch, sentence } from "../core/api.js";
import { ask, confirm, toast } from "../core/dialog.js";
import { h } from "../core/dom.js";

/** Ask for new names and save them. Resolves to the device's new row, or null when nothing was changed. */
export async function askNewNames(device) {
  const fields = [
    field("customerName", "Customer", device.customer_name),
    field("machineName", "Machine", device.machine_name || device.hostname),
  ];
  const values = await ask({ title: "Rename", fields, action: "Save" });
  if (!values) return null;
  const names = Object.fromEntries([...values].map(([name, value]) => [name, value.trim()]));
  const answer = await attempt(() => patch(path(device), names));
  return answer && answer.device;
}

/** Ask, then remove the device. Resolves to whether it is gone. */
export async function askAndRemove(device) {
  const sure = await confirm({
    title: `Remove ${device.label}?`,
    action: "Remove",
    danger: true,
    text:
      "Its helper loses its right to connect, and running sessions end. Its cases stay. " +
      "To come back it needs a new support code.",
  });
  if (!sure || !(await attempt(() => del(path(device))))) return false;
  toast(`${device.label} is removed.`, { kind: "success" });
  return true;
}

function field(name, label, value) {
  const input = { id: name, name, class: "form-control", maxlength: "120", value: value || "", autocomplete: "off" };
  return h("div", { class: "mb-3" }, h("label", { class: "form-label", for: name }, label), h("input", input));
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
    return null;
  }
}

function path(device) {
  return `/api/devices/${encodeURIComponent(device.device_id)}`;
}
