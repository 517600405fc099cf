/** What a check found, readable: disks as bars, programs as tables, events as a list. All of it is text from outside. */
import { h } from "../core/dom.js";
import { plain, rest } from "./device_facts.js";
import { list, meter, number, said, table } from "./device_parts.js";

const MOST = 100; // rows of one list
const SHOWN = {
  cpu: (data) => [usage(data.usagePercent), plain(data, ["usagePercent"])],
  memory: (data) => [memory(data), plain(data, ["usagePercent", "totalGB", "usedGB", "freeGB"])],
  disk: (data) => [drives(list(data.drives)), plain(data, ["drives"])],
  network: (data) => [network(data), plain(data, ["internetReachable", "dnsWorking", "pingMs", "adapterStatus"])],
  top_processes: (data) => [processes(list(data.processes)), plain(data, ["processes"])],
  event_log: (data) => [events(list(data.entries)), plain(data, ["entries"])],
  services: (data) => [
    named("Should run, but do not", list(data.stoppedAutoServices)),
    plain(data, ["stoppedAutoServices"]),
  ],
  windows_update: (data) => [named("Last updates", list(data.lastUpdates)), plain(data, ["lastUpdates"])],
};

/** The details of a result, as nodes. */
export function findings(type, data) {
  if (data.available === false)
    return h(
      "p",
      { class: "text-secondary mb-0 ca-break" },
      said(data.reason || data.error, { never: "Not available on this device." }),
    );
  const known = SHOWN[type];
  const parts = (known ? known(data) : [rest(data)]).flat().filter(Boolean);
  return h(
    "div",
    { class: "cd-findings" },
    parts.length ? parts : h("p", { class: "text-secondary mb-0" }, "The device told nothing more."),
  );
}

function usage(percent) {
  const found = number(percent);
  return found === null ? null : meter(found, `${Math.round(found)} %`, level(found));
}

function memory(data) {
  const [percent, used, total] = [number(data.usagePercent), number(data.usedGB), number(data.totalGB)];
  if (percent === null) return null;
  return meter(
    percent,
    total === null ? `${Math.round(percent)} %` : `${said(used)} of ${total} GB used`,
    level(percent),
  );
}

function drives(found) {
  return found.slice(0, MOST).map((each) => {
    const [percent, free, total] = [number(each?.usagePercent), number(each?.freeGB), number(each?.totalGB)];
    return h(
      "div",
      { class: "mb-2" },
      h("div", { class: "ca-break small" }, said(each?.drive ?? each?.name, { most: 120 })),
      meter(
        percent ?? 0,
        free === null ? `${Math.round(percent ?? 0)} %` : `${free} of ${said(total)} GB free`,
        level(percent ?? 0),
      ),
    );
  });
}

function network(data) {
  const sign = (fact, good, bad) =>
    typeof fact === "boolean"
      ? h("li", {}, h("span", { class: fact ? "ca-dot ca-dot-on" : "ca-dot ca-dot-bad" }), fact ? good : bad)
      : null; // not looked at
  return h(
    "ul",
    { class: "list-unstyled mb-2" },
    sign(data.internetReachable, "The internet is reachable", "The internet is not reachable"),
    sign(data.dnsWorking, "Names are found", "Names are not found (DNS)"),
    number(data.pingMs) === null ? null : h("li", {}, `Answer in ${Math.round(number(data.pingMs))} ms`),
    data.adapterStatus ? h("li", { class: "ca-break" }, `Adapter: ${said(data.adapterStatus, { most: 200 })}`) : null,
  );
}

function processes(found) {
  if (!found.length) return null;
  const rows = found
    .slice(0, MOST)
    .map((each) => [
      h("span", { class: "ca-break" }, said(each?.name, { most: 120 })),
      said(each?.pid, { most: 12 }),
      `${said(number(each?.cpuPercent))} %`,
      `${said(number(each?.memoryMB))} MB`,
    ]);
  return table(
    [["Name"], ["Process", "ca-number"], ["Processor", "ca-number text-md-end"], ["Memory", "ca-number text-md-end"]],
    rows,
    { caption: "Busiest programs" },
  );
}

/** Events of the machine's log, newest first as the device sent them; used by the tool that asks for them too. */
export function events(found) {
  if (!found.length) return null;
  return h(
    "ol",
    { class: "cd-lines" },
    found.slice(0, 500).map((each) =>
      h(
        "li",
        {},
        h("span", { class: `cd-level cd-level-${eventLevel(each?.level)}` }, said(each?.level, { most: 20 })),
        h(
          "span",
          { class: "ca-grow ca-break" },
          said(each?.message, { most: 2000 }),
          h(
            "span",
            { class: "text-secondary small d-block" },
            [each?.source, each?.eventId]
              .filter((value) => value || value === 0)
              .map((value) => said(value, { most: 120 }))
              .join(" · "),
          ),
        ),
        h("span", { class: "text-secondary small text-nowrap" }, moment(each?.time)),
      ),
    ),
  );
}

function eventLevel(words) {
  const text = String(words || "").toLowerCase();
  if (/crit|err|emerg|alert|fatal/.test(text)) return "bad";
  return text.startsWith("warn") ? "warn" : "none";
}

function moment(time) {
  const at = new Date(time || "");
  return Number.isNaN(at.getTime()) ? said(time, { never: "", most: 40 }) : at.toLocaleString();
}

function named(title, found) {
  if (!found.length) return null;
  const words = (each) =>
    each && typeof each === "object"
      ? said(each.displayName || each.name || each.title || each.hotfixId || each)
      : said(each);
  return [
    h("div", { class: "small text-secondary" }, title),
    h(
      "ul",
      { class: "mb-2 ps-3" },
      found.slice(0, MOST).map((each) => h("li", { class: "ca-break" }, words(each))),
    ),
  ];
}

function level(percent) {
  return percent >= 90 ? "bad" : percent >= 75 ? "warn" : "";
}
