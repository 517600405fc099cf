/** A client's installers: make one to download now or as a link with its QR code, see what became of each, revoke. */
import { del, get, post, save, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, byId, fill, h, icon } from "../core/dom.js";
import { dateTime, keepFresh } from "../core/format.js";
import { gently, live } from "../core/live.js";
import { empty, showFailure } from "../desk/empty.js";
import { installerRow } from "../desk/installer_row.js";

const PAGE = 50;
const clientId = Number(byId("client").dataset.clientId);
let shown = PAGE;
const load = gently(() => refresh().catch((error) => showFailure(byId("installers"), error, { retry: load })));

byId("make").addEventListener("submit", make);
byId("older").addEventListener("click", () => {
  shown += PAGE;
  load();
});
live().onResync(load);
live().on("enrollment-updated", (event) => event.clientId === clientId && load());
keepFresh();

async function refresh() {
  const answer = await get(`/api/clients/${clientId}/installers?limit=${Math.min(shown, 500)}`);
  offer(answer.platforms);
  byId("count").textContent = answer.total;
  byId("count").hidden = !answer.total;
  byId("more").hidden = answer.total <= answer.installers.length || shown >= 500;
  const place = byId("installers");
  place.removeAttribute("aria-busy");
  fill(
    place,
    answer.installers.length
      ? answer.installers.map((each) => installerRow(each, { label: labelOf(each, answer.platforms), revoke }))
      : empty({
          glyph: "package",
          title: "No installer yet",
          text: "Choose a system and download an installer, or make a link for the person who sets the computer up.",
        }),
  );
}

function labelOf({ platform: build }, platforms) {
  return platforms.find((each) => each.build === build)?.label || "";
}

/** The systems to choose from; what was chosen stays chosen. */
function offer(platforms) {
  byId("platforms").removeAttribute("aria-busy");
  const chosen = platform() || platforms.find((each) => each.available)?.key;
  fill(
    byId("choices"),
    platforms.filter((each) => each.available || !each.key.includes("-program")).map((each) => choice(each, chosen)),
  );
  const none = !platforms.some((each) => each.available);
  byId("download").disabled = byId("link").disabled = none;
  if (none)
    say(["There is no build here yet. Build one with “make payloads”, or upload one on the page ", h("a", { href: "/packages" }, "Packages"), "."]);
}

function choice({ key, label, available }, chosen) {
  return h(
    "label",
    { class: "form-check mb-0" },
    h("input", { class: "form-check-input", type: "radio", name: "platform", value: key, disabled: !available, checked: key === chosen && available }),
    h("span", { class: "form-check-label" }, label, available ? "" : h("span", { class: "text-secondary" }, " – no build here yet")),
  );
}

function platform() {
  return byId("make").querySelector("input[name=platform]:checked")?.value || "";
}

async function make(event) {
  event.preventDefault();
  const button = event.submitter || byId("download");
  say("");
  try {
    await busy(button, () => (button.value === "link" ? makeLink() : download()));
  } catch (error) {
    say(sentence(error));
  }
  load();
}

async function download() {
  const query = new URLSearchParams({ platform: platform(), unattended: byId("unattended").checked ? "1" : "" });
  await save(`/api/clients/${clientId}/installer?${query}`);
  toast("The installer is in your downloads.", { kind: "success" });
}

async function makeLink() {
  const made = await post(`/api/clients/${clientId}/installers`, {
    platform: platform(),
    allow_unattended: byId("unattended").checked,
  });
  fill(byId("made"), madeCard(made));
  byId("made").scrollIntoView({ block: "nearest", behavior: "smooth" });
  byId("made").focus({ preventScroll: true });
}

/** The new link: as text, as a code for a phone's camera, and until when. It can't be shown again. */
function madeCard({ link, qr, expiresAt }) {
  const field = h("input", { class: "form-control", value: link, readOnly: true, "aria-label": "Link", onfocus: (event) => event.target.select() });
  const copy = h("button", { type: "button", class: "btn", onclick: () => copyLink(field) }, icon("copy"), " Copy");
  return h(
    "div",
    { class: "card mb-3" },
    h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Link to the new installer")),
    h(
      "div",
      { class: "card-body text-center" },
      h("img", { class: "ca-qr mb-3", src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: "QR code of the link" }),
      h("div", { class: "input-group mb-2" }, field, copy),
      h("p", { class: "text-secondary small mb-0" }, `For one computer, until ${dateTime(expiresAt)}. Copy it now: it is not shown again.`),
    ),
  );
}

async function copyLink(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Link copied.", { kind: "success" });
  } catch {
    field.focus(); // no clipboard without https: it is marked, to be copied by hand
    toast("Press Ctrl+C to copy the link.");
  }
}

async function revoke(each) {
  const sure = await confirm({
    title: "Revoke this installer?",
    text: "No computer can be set up with it any more. Computers that were set up before stay.",
    action: "Revoke",
    danger: true,
  });
  if (!sure) return;
  try {
    await del(`/api/enrollment/tokens/${each.id}`);
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
  load();
}

function say(text) {
  fill(byId("said"), text ? h("div", { class: "alert alert-danger mb-3" }, icon("alert-triangle"), " ", text) : null);
}
