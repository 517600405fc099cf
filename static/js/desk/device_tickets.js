/** The tickets about a device, and a form for a new one. */
import { get, patch, post } from "../core/api.js";
import { ask, toast } from "../core/dialog.js";
import { fill, h, since } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { attempt, said, tool } from "./device_parts.js";
import { empty, showFailure } from "./empty.js";
import { foreign, STATES } from "./ticket_words.js";

const PRIORITIES = ["low", "medium", "high", "critical"];

/** Show the tickets in `place`; `count(number)` is told how many are not done. */
export function ticketsPart(device, place, count) {
  const load = gently(() => read());
  device.line.on("ticket_created", load);
  live().on("ticket-updated", ({ device_id: id }) => id === device.id && load());

  async function read() {
    try {
      const answer = await get(`/api/tickets?${new URLSearchParams({ device_id: device.id, limit: 100 })}`);
      draw(answer);
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  function draw(tickets) {
    count(tickets.filter((each) => ["open", "in_progress"].includes(each.status)).length);
    const make = device.mayAct
      ? tool("New ticket", "plus", (event) => open(event.currentTarget), { extra: "btn-primary ms-auto" })
      : null;
    const none = empty({
      glyph: "ticket",
      title: "No tickets",
      text: "What somebody needs help with on this device is kept as a ticket.",
    });
    fill(
      place,
      h(
        "div",
        { class: "card" },
        h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Tickets"), make),
        tickets.length ? h("ul", { class: "cd-lines" }, tickets.map(line)) : none,
      ),
    );
  }

  function line(each) {
    return h(
      "li",
      { dataset: { ticket: each.id } },
      h(
        "div",
        { class: "ca-grow" },
        h("div", { class: "ca-break" }, h("a", { class: "fw-medium text-reset", href: `/tickets/${each.id}`, dataset: { key: `ticket ${each.id}` } }, `#${each.id} `, foreign(said(each.title)))),
        each.description
          ? h("div", { class: "cd-said text-secondary small" }, said(each.description, { most: 1000 }))
          : null,
        each.ai_summary
          ? h("div", { class: "cd-said small" }, "Assistant: ", said(each.ai_summary, { most: 1000 }))
          : null,
        h(
          "div",
          { class: "text-secondary small" },
          `${said(each.priority)} priority · `,
          since(each.created_at),
          each.requested_by ? ` · ${said(each.requested_by, { most: 120 })}` : "",
        ),
      ),
      device.mayAct ? state(each) : h("span", { class: "ca-state" }, STATES[each.status] || said(each.status)),
    );
  }

  function state(each) {
    const select = h(
      "select",
      { class: "form-select form-select-sm w-auto", "aria-label": `State of ticket ${each.id}` },
      Object.entries(STATES).map(([value, label]) => h("option", { value, selected: value === each.status }, label)),
    );
    select.addEventListener("change", async () => {
      if (!(await attempt(null, () => patch(`/api/tickets/${each.id}`, { status: select.value }))))
        select.value = each.status;
      load();
    });
    return select;
  }

  async function open(button) {
    const values = await ask({ title: "New ticket", fields: fields(), action: "Open ticket" });
    if (!values) return;
    const given = Object.fromEntries([...values].map(([name, value]) => [name, String(value).trim()]));
    if (!(await attempt(button, () => post("/api/tickets", { device_id: device.id, ...given })))) return;
    toast("The ticket is open.", { kind: "success" });
    load();
  }

  return { show: load };
}

function fields() {
  return h(
    "div",
    {},
    h("label", { class: "form-label required", for: "ticket-title" }, "Title"),
    h("input", {
      id: "ticket-title",
      name: "title",
      class: "form-control mb-3",
      maxlength: "500",
      required: true,
      autocomplete: "off",
    }),
    h("label", { class: "form-label", for: "ticket-text" }, "Description"),
    h("textarea", {
      id: "ticket-text",
      name: "description",
      class: "form-control mb-3",
      rows: "4",
      maxlength: "10000",
    }),
    h("label", { class: "form-label", for: "ticket-priority" }, "Priority"),
    h(
      "select",
      { id: "ticket-priority", name: "priority", class: "form-select" },
      PRIORITIES.map((each) => h("option", { value: each, selected: each === "medium" }, each)),
    ),
  );
}
