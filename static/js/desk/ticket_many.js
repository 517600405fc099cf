/** Several tickets at once: taken, or closed; what was before comes back by one click. */
import { put, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, byId } from "../core/dom.js";
import { pathOf } from "./ticket_words.js";

/** Wire the boxes above the list. `shown()` are its tickets, `done()` is called after a change. */
export function manyTickets({ shown, done }) {
  const chosen = new Set();
  byId("all").addEventListener("change", () => {
    const isWanted = byId("all").checked;
    chosen.clear();
    if (isWanted) for (const each of shown()) chosen.add(each.id);
    mark();
  });
  byId("choose-none").addEventListener("click", () => (chosen.clear(), mark()));
  byId("take-many").addEventListener("click", (event) => change(event.currentTarget, { assigned_to: Number(document.body.dataset.meId) }, "taken"));
  byId("close-many").addEventListener("click", (event) => change(event.currentTarget, { status: "closed" }, "closed"));

  async function change(button, wanted, verb) {
    const before = shown().filter((each) => chosen.has(each.id));
    const [field] = Object.keys(wanted);
    const went = await busy(button, () => each(before, () => wanted));
    chosen.clear();
    if (went.length) toast(`${went.length} ${verb}.`, { kind: "success", action: "Undo", onAction: () => each(went, (one) => ({ [field]: one[field] })).then(done) });
    done();
  }

  /** One after the other: a list is short, and the server serves others too. Resolves to those that were changed. */
  async function each(tickets, changesOf) {
    const went = [];
    for (const ticket of tickets.map((one) => ({ ...one }))) {
      try {
        await put(pathOf(ticket.id), changesOf(ticket));
        went.push(ticket);
      } catch (error) {
        toast(`Ticket ${ticket.id}: ${sentence(error)}`, { kind: "danger" });
      }
    }
    return went;
  }

  function mark() {
    for (const box of byId("rows").querySelectorAll("input[type=checkbox]")) box.checked = chosen.has(Number(box.closest("tr").dataset.ticket));
    tell();
  }

  function tell() {
    byId("many").hidden = !chosen.size;
    byId("chosen").textContent = chosen.size ? `${chosen.size} chosen` : "";
    byId("all").checked = chosen.size > 0 && chosen.size === shown().length;
    byId("all").indeterminate = chosen.size > 0 && chosen.size < shown().length;
  }

  return {
    choosing: { chosen, onChosen: tell },
    /** Those that are shown no more are chosen no more. */
    keepTo(tickets) {
      for (const id of chosen) if (!tickets.some((each) => each.id === id)) chosen.delete(id);
      tell();
    },
  };
}
