/** What the machine is made of, as it told itself. */
import { fill, h } from "../core/dom.js";
import { dateTime, duration } from "../core/format.js";
import { card, list, number, said, table } from "./device_parts.js";
import { empty } from "./empty.js";

const GROUPS = {
  Machine: [
    ["Maker", "device_manufacturer"],
    ["Model", "device_model"],
    ["Kind", "form_factor"],
    ["Serial number", "serial_number"],
    ["BIOS", "bios_manufacturer", "bios_version"],
    ["Secure boot", "secure_boot"],
    ["TPM", "tpm_version"],
  ],
  Components: [
    ["Processor", "cpu_model"],
    ["Cores", "processor_count"],
    ["Memory", "total_ram_gb", gigabytes],
    ["Disks", "total_disk_gb", gigabytes],
    ["Graphics", "gpu_model"],
  ],
  System: [
    ["System", "os_name", "os_edition"],
    ["Version", "os_display_version", "os_build"],
    ["Architecture", "os_architecture"],
    ["Installed", "os_install_date", (value) => (Number.isNaN(Date.parse(value)) ? said(value) : dateTime(value))],
    ["Started", "last_boot_time", (value) => (Number.isNaN(Date.parse(value)) ? said(value) : dateTime(value))],
    ["Running for", "uptime_hours", (value) => duration((number(value) || 0) * 3600)],
    ["Domain", "domain", "domain_join_type"],
  ],
};

/** Show the hardware in `place`. */
export function hardwarePart(device, place) {
  const show = () => fill(place, device.row ? cards(device.row) : null);
  return { show, changed: show };
}

function cards(row) {
  const groups = Object.entries(GROUPS).map(([title, lines]) => [
    title,
    lines.map((line) => fact(row, line)).filter(Boolean),
  ]);
  const adapters = list(row.network_adapters).slice(0, 50);
  const people = list(row.logged_in_users).slice(0, 50);
  const found = groups.filter(([, lines]) => lines.length);
  if (!found.length && !adapters.length)
    return h(
      "div",
      { class: "card" },
      empty({ glyph: "cpu", title: "Nothing is known yet", text: "The helper tells of its machine when it connects." }),
    );
  return [
    h(
      "div",
      { class: "cd-cards" },
      found.map(([title, lines]) =>
        card(title, h("div", { class: "card-body" }, h("dl", { class: "ca-facts" }, lines))),
      ),
      people.length
        ? card(
            "Signed in",
            h(
              "ul",
              { class: "card-body list-unstyled mb-0" },
              people.map((each) => h("li", { class: "ca-break" }, said(each))),
            ),
          )
        : null,
    ),
    adapters.length ? card("Network adapters", adapterTable(adapters)) : null,
  ];
}

function fact(row, [label, ...rest]) {
  const shape = typeof rest.at(-1) === "function" ? rest.pop() : said;
  const values = rest.map((name) => row[name]).filter((value) => value !== null && value !== undefined && value !== "");
  if (!values.length) return null;
  return [h("dt", {}, label), h("dd", { class: "ca-break" }, values.map((value) => shape(value)).join(" · "))];
}

function adapterTable(adapters) {
  const of = (each, ...names) => said(names.map((name) => each?.[name]).find((value) => value));
  return table(
    [["Name"], ["State"], ["MAC address"], ["Speed"], ["IPv4"]],
    adapters.map((each) => [
      h("b", { class: "fw-medium ca-break" }, of(each, "Name", "name")),
      of(each, "Status", "status"),
      of(each, "MacAddress", "macAddress", "mac"),
      of(each, "Speed", "speed"),
      h("span", { class: "ca-break" }, of(each, "IPv4", "ipv4")),
    ]),
  );
}

function gigabytes(value) {
  const found = number(value);
  return found === null ? said(value) : `${found < 10 ? found.toFixed(1) : Math.round(found)} GB`;
}
