/** One installer or enrollment token in a list: what it is, what became of it, and Revoke while that matters. */
import { h, icon, since } from "../core/dom.js";

const WHAT = { installer: "Installer", link: "Link to an installer", token: "Enrollment token" };
const GLYPH = { installer: "download", link: "link", token: "key" };
const LOOK = { unused: "ca-state-waiting", used: "ca-state-connected", revoked: "ca-state-bad" };
const STATE = { unused: "Not used yet", used: "Used", expired: "Expired", revoked: "Revoked" };

export function installerRow(each, { label, revoke }) {
  return h(
    "div",
    { dataset: { token: each.id, state: each.state } },
    h("span", { class: "text-secondary" }, icon(GLYPH[each.purpose] || "key")),
    h(
      "div",
      { class: "ca-grow" },
      h(
        "div",
        { class: "d-flex flex-wrap align-items-center gap-2 mb-1" },
        h("span", { class: "fw-medium" }, WHAT[each.purpose] || each.purpose, label ? ` · ${label}` : ""),
        h("span", { class: `ca-state ${LOOK[each.state] || ""}` }, STATE[each.state] || each.state),
      ),
      h("div", { class: "text-secondary small" }, `${each.hint}… made `, since(each.created_at), each.made_by ? ` by ${each.made_by}` : "", downloads(each), unattended(each)),
      fate(each),
    ),
    each.state === "unused"
      ? h("button", { type: "button", class: "btn btn-sm btn-ghost-danger", onclick: () => revoke(each) }, "Revoke")
      : null,
  );
}

function downloads({ purpose, downloads: count }) {
  if (purpose !== "link") return "";
  return count ? ` · downloaded ${count === 1 ? "once" : `${count} times`}` : " · not downloaded yet";
}

function unattended({ allow_unattended: yes }) {
  return yes ? " · may be entered while nobody is there" : "";
}

/** The device that came of it, or until when one may. */
function fate(each) {
  if (each.state === "used")
    return h(
      "div",
      { class: "small" },
      h("a", { href: `/devices/${encodeURIComponent(each.used_by)}` }, each.hostname || each.used_by),
      " was set up ",
      since(each.used_at),
    );
  if (each.state === "unused") return h("div", { class: "text-secondary small" }, "Ends ", since(each.expires_at));
  return null;
}
