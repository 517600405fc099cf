/** Announcing a device: a form, the code, and the announcements that wait for their device. */
import { ApiError, del, get, post, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, byId, h, icon, refill } from "../core/dom.js";
import { empty } from "../desk/empty.js";
import { showCode } from "../my/activation.js";
import { watchApprovals } from "../my/approvals.js";
import { customerLine } from "../my/line.js";
import { loader } from "../my/loading.js";

const SHOWN = 50;
const PATH = "/api/v1/customer/devices";
const form = byId("add");
const load = loader(byId("open"), refresh, { wait: 1000 });
const line = customerLine();

watchApprovals({ isShort: true });
form.addEventListener("submit", add);
line.onResync(load);
line.on("device_status", load); // one of them may just have come

async function add(event) {
  event.preventDefault();
  const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  if (!values.deviceId) return complain("Please type the device id.");
  byId("problem").hidden = true;
  byId("device-id").classList.remove("is-invalid");
  return busy(byId("go"), () => announce(values));
}

async function announce(values) {
  try {
    showCode(byId("made"), await post(`${PATH}/provision`, values));
    form.reset();
    load();
  } catch (error) {
    complain(why(error, values));
  }
}

function why(error, { deviceId }) {
  if (!(error instanceof ApiError) || error.status !== 409) return sentence(error);
  return `A device with the id “${deviceId}” is known already. Look for it under My devices and in the list below; if you find it in neither, check the id on the label, or call your support desk.`;
}

function complain(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = false;
  byId("device-id").classList.add("is-invalid");
  byId("device-id").focus();
}

async function refresh() {
  const { provisions } = await get(`${PATH}/provisions?limit=${SHOWN}`);
  byId("open").removeAttribute("aria-busy");
  refill(byId("open"), provisions.length ? h("div", { class: "ca-list" }, provisions.map(row)) : nothing());
}

function row(each) {
  const name = each.name || each.deviceId;
  const button = (key, label, glyph, act, extra = "") =>
    h("button", { type: "button", class: `btn btn-sm ${extra}`, "aria-label": `${label}: ${name}`, dataset: { key: `${key} ${each.id}` }, onclick: (event) => act(event.currentTarget, each) }, icon(glyph), ` ${label}`);
  return h(
    "div",
    { class: "flex-wrap", dataset: { provision: each.id } },
    h(
      "div",
      { class: "ca-grow cm-row-text" },
      h("div", { class: "fw-medium ca-break" }, name),
      h("div", { class: "text-secondary small ca-break" }, each.name ? `${each.deviceId}, waits` : "Waits", " for the device. The code is good for ", h("time", { datetime: each.expiresAt, dataset: { remaining: "" } }, "…"), "."),
    ),
    h("div", { class: "ca-actions" }, button("anew", "New code", "refresh", anew), button("cancel", "Cancel", "x", cancel, "btn-ghost-danger")),
  );
}

async function anew(button, each) {
  const isSure = await confirm({ title: "Make a new code?", text: `The old code for ${each.name || each.deviceId} stops working at once.`, action: "Make a new code" });
  if (!isSure) return;
  await attempt(button, async () => {
    await del(`${PATH}/provisions/${each.id}`);
    const { deviceId, name, location } = each;
    showCode(byId("made"), await post(`${PATH}/provision`, { deviceId, name, location }));
  });
}

async function cancel(button, each) {
  const isSure = await confirm({ title: "Cancel this code?", text: `${each.name || each.deviceId} can’t be added with it any more.`, action: "Cancel the code", danger: true });
  if (isSure) await attempt(button, () => del(`${PATH}/provisions/${each.id}`));
}

async function attempt(button, work) {
  try {
    await busy(button, work);
  } catch (error) {
    const isGone = error instanceof ApiError && error.status === 404;
    toast(isGone ? "This code is not waiting any more: the device has come, or somebody cancelled it." : sentence(error), { kind: "danger" });
  }
  load();
}

function nothing() {
  return empty({ glyph: "key", title: "No code waits", text: "A code that you get above stands here until its device has come or the code has run out." });
}
