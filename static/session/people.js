/** Who is in the session: the customer's computer and every technician, with what each may do; and calling a colleague. */
import { fill, h, icon } from "../js/core/dom.js";
import { createInviting } from "./invite.js";

/** Show and follow the people in `list`. `joined(answer)` takes over who the join's answer names. */
export function showPeople({ store, line, sessionId, list, me, happened, note }) {
  const seats = new Map(); // socket id → {id, name}: the other technicians
  const inviting = createInviting({ line, sessionId, note, happened, changed: () => render() });
  const isMine = (event) => event.technicianSocketId === line.socket.id;
  const seat = (event) => ({ id: String(event.technicianId), name: event.technicianName || "Technician" });
  line.on("technicians-present", ({ technicians }) => take(technicians));
  line.on("technician-joined", (event) => {
    if (isMine(event) || seats.has(event.technicianSocketId)) return;
    seats.set(event.technicianSocketId, seat(event));
    happened(`${event.technicianName || "A technician"} joined`, "users");
    render();
  });
  line.on("technician-left", (event) => {
    if (!seats.delete(event.technicianSocketId)) return;
    happened(`${event.technicianName || "A technician"} left`, "users");
    render();
  });
  line.on("technician-removed", ({ technicianName }) => happened(`The customer sent ${technicianName || "a technician"} away`, "hand-stop"));
  const shown = ["helperOnline", "transport", "device", "customer", "held", "admittedIds", "admitted", "joined", "ended", "refusal"];
  store.on((facts, changed) => shown.some((fact) => changed.has(fact)) && render());

  function take(technicians) {
    seats.clear();
    const there = Array.isArray(technicians) ? technicians : [];
    for (const each of there) if (!isMine(each)) seats.set(each.technicianSocketId, seat(each));
    store.set({ admittedIds: [...new Set(there.filter((each) => each.admitted).map((each) => String(each.technicianId)))] });
    render();
  }

  function render() {
    const { helperOnline, transport, customer, device, admitted, admittedIds, held, joined, ended, refusal } = store.facts;
    const others = [...new Map([...seats.values()].map((each) => [each.id, each.name]))].filter(([id]) => id !== String(me.id));
    fill(list,
      person(customer || "Customer", helperOnline || transport === "vnc" ? device || "Computer connected" : "Not connected", "user", helperOnline || transport === "vnc"),
      person(`${me.name || "You"} (you)`, may(admitted, held), "headset", joined),
      others.map(([id, name]) => person(name, may(admittedIds.some((each) => String(each) === id), held), "headset", true)),
      joined && !ended && !refusal ? inviting.rows() : null);
  }

  return { joined: (answer) => take(answer.technicians) };
}

/** What a technician may do here, in words. */
function may(isAdmitted, held) {
  if (!isAdmitted || !held.length) return "Technician · chat only";
  if (held.includes("control")) return "Technician · sees and controls";
  return held.includes("view") ? "Technician · sees the screen" : "Technician · files and tools";
}

function person(name, role, glyph, here) {
  const dot = h("span", { class: "cs-dot", dataset: { here: String(Boolean(here)) }, "aria-hidden": "true" });
  return h("li", {}, h("span", { class: "avatar avatar-sm" }, icon(glyph)), h("div", {}, h("strong", {}, name), h("div", { class: "text-secondary small" }, dot, role)));
}
