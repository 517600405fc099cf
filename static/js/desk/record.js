/** The facts of a session beside its case: who, when, what was allowed, the timeline, chat and files. */
import { h } from "../core/dom.js";
import { bytes, dateTime, duration } from "../core/format.js";

const KINDS = {
  technician_joined: "joined",
  technician_left: "left",
  helper_joined: "Helper connected",
  helper_left: "Helper disconnected",
  consent_asked: "asked for",
  consent_given: "Customer allowed",
  consent_declined: "Customer declined",
  consent_timeout: "No answer to",
  consent_revoked: "Taken back",
  file: "File",
  ended: "Session ended",
};

/** Cards with everything in `record`; parts that are missing or empty are left out. */
export function recordCards(record) {
  return [
    factsCard(record),
    timelineCard(record.timeline || []),
    chatCard(record.chat || []),
    filesCard(record.files || []),
  ].filter(Boolean);
}

function factsCard({ customer, device, technician, startedAt, endedAt, viewingSeconds, consents = [] }) {
  const granted = consents.filter((each) => each.event === "approved");
  const rights = [...new Set(granted.flatMap((each) => each.rights || []))].join(", ");
  return card(
    "Session",
    h(
      "dl",
      { class: "ca-facts" },
      fact("Customer", named(customer)),
      fact("Device", named(device)),
      fact("Technician", named(technician)),
      fact("Started", startedAt && dateTime(startedAt)),
      fact("Ended", endedAt && dateTime(endedAt)),
      fact("On screen", viewingSeconds ? duration(viewingSeconds) : ""),
      fact("Allowed", rights),
    ),
  );
}

function timelineCard(timeline) {
  if (!timeline.length) return null;
  return card(
    "What happened",
    h(
      "ol",
      { class: "ca-timeline" },
      timeline.map((each) =>
        h(
          "li",
          {},
          h("time", { class: "ca-number text-secondary", datetime: each.at }, clock(each.at)),
          h("span", { class: "ca-break" }, sentenceOf(each)),
        ),
      ),
    ),
  );
}

function chatCard(chat) {
  if (!chat.length) return null;
  return card(
    "Chat",
    h(
      "div",
      { class: "ca-transcript" },
      chat.map((each) =>
        h(
          "p",
          { class: "mb-2 ca-break" },
          h("b", {}, `${each.sender || each.role || ""}: `),
          each.message || each.text || "",
        ),
      ),
    ),
  );
}

function filesCard(files) {
  if (!files.length) return null;
  return card(
    "Files",
    h(
      "ul",
      { class: "mb-0 ps-3" },
      files.map((each) =>
        h(
          "li",
          { class: "ca-break" },
          each.name || each.original_name || "file",
          each.size ? h("span", { class: "text-secondary" }, ` (${bytes(each.size)})`) : null,
        ),
      ),
    ),
  );
}

function sentenceOf(each) {
  if (each.text) return each.text;
  const rights = (each.rights || []).join(", ");
  return [each.who, KINDS[each.kind] || each.kind, rights].filter(Boolean).join(" ");
}

function card(title, body) {
  return h(
    "div",
    { class: "card mb-3" },
    h("div", { class: "card-header" }, h("h2", { class: "card-title" }, title)),
    h("div", { class: "card-body" }, body),
  );
}

function fact(label, value) {
  return value ? [h("dt", {}, label), h("dd", { class: "ca-break" }, value)] : null;
}

function named(thing) {
  if (!thing || typeof thing === "string") return thing || "";
  const parts = [
    thing.name || thing.hostname,
    thing.client,
    thing.email,
    thing.phone,
    thing.os || thing.platform,
    thing.ip,
  ];
  return parts.filter(Boolean).join(" · ");
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
