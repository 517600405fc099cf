/** Who is in the session: the customer's computer and every technician. */
import { fill, h, icon } from "/static/js/core/dom.js";

/** Show and follow the people in `list`. `joined(answer)` takes over who the join's answer names. */
export function showPeople({ store, line, list, me, happened }) {
  const others = new Map(); // socket id → name
  const isMine = (event) => event.technicianSocketId === line.socket.id;
  line.on("technicians-present", ({ technicians }) => take(technicians));
  line.on("technician-joined", (event) => {
    if (isMine(event) || others.has(event.technicianSocketId)) return;
    others.set(event.technicianSocketId, event.technicianName || "Technician");
    happened(`${event.technicianName || "A technician"} joined`, "users");
    render();
  });
  line.on("technician-left", (event) => {
    if (!others.delete(event.technicianSocketId)) return;
    happened(`${event.technicianName || "A technician"} left`, "users");
    render();
  });
  store.on((facts, changed) => ["helperOnline", "device", "customer"].some((fact) => changed.has(fact)) && render());

  function take(technicians) {
    others.clear();
    for (const each of Array.isArray(technicians) ? technicians : []) {
      if (!isMine(each)) others.set(each.technicianSocketId, each.technicianName || "Technician");
    }
    render();
  }

  function render() {
    const { helperOnline, customer, device } = store.facts;
    fill(list,
      person(customer || "Customer", helperOnline ? device || "Computer connected" : "Not connected", "user", helperOnline),
      person(`${me.name || "You"} (you)`, "Technician", "headset", true),
      [...others.values()].map((name) => person(name, "Technician", "headset", true)));
  }

  return { joined: (answer) => take(answer.technicians) };
}

function person(name, role, glyph, here) {
  const dot = h("span", { class: "cs-dot", dataset: { here: String(Boolean(here)) }, "aria-hidden": "true" });
  return h("li", {}, h("span", { class: "avatar avatar-sm" }, icon(glyph)), h("div", {}, h("strong", {}, name), h("div", { class: "text-secondary small" }, dot, role)));
}
