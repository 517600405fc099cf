/** Several tickets at once: taken, or closed; what was before comes back by one click. What others changed since the list
 * was drawn is left as it is, and told. */
import { put, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, byId } from "../core/dom.js";
import { isDone, pathOf } from "./ticket_words.js";

const me = Number(document.body.dataset.meId);

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
  byId("take-many").addEventListener("click", (event) => change(event.currentTarget, taken, "taken"));
  byId("close-many").addEventListener("click", (event) => change(event.currentTarget, () => ({ status: "closed" }), "closed"));

  async function change(button, wanted, verb) {
    const before = shown().filter((each) => chosen.has(each.id));
    const { went, left } = await busy(button, () => each(before, wanted));
    chosen.clear();
    for (const id of left) chosen.add(id); // to be looked at, and tried again
    if (went.length) toast(`${went.length} ${verb}.`, { kind: "success", action: "Undo", onAction: () => undo(went) });
    await done();
    mark();
  }

  async function undo(went) {
    await each(went.map(({ now }) => now), (now) => undone(went.find(({ was }) => was.id === now.id)));
    done();
  }

  /** One after the other: a list is short, and the server serves others too. Resolves to those that were changed, as
   * they were and are now, and to the ids of those that others changed meanwhile. */
  async function each(tickets, changesOf) {
    const [went, left] = [[], []];
    for (const was of tickets.map((one) => ({ ...one }))) {
      try {
        went.push({ was, now: await put(pathOf(was.id), { ...changesOf(was), version: was.version }) });
      } catch (error) {
        if (error.status === 409) left.push(was.id);
        else toast(`Ticket ${was.id}: ${sentence(error)}`, { kind: "danger" });
      }
    }
    if (left.length) toast(`Somebody else has changed ${named(left)} meanwhile, so ${left.length === 1 ? "it was" : "they were"} left as ${left.length === 1 ? "it is" : "they are"}.`, { kind: "danger" });
    return { went, left };
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

/** As the button on a ticket's page takes one: what is open is in progress from then on. */
function taken({ status }) {
  return { assigned_to: me, ...(status === "open" ? { status: "in_progress" } : {}) };
}

/** What brings a ticket back to where it was. */
function undone({ was, now }) {
  const fields = ["status", "assigned_to"].filter((name) => was[name] !== now[name]);
  const back = Object.fromEntries(fields.map((name) => [name, was[name]]));
  return was.waiting_for_customer && !now.waiting_for_customer && !isDone(was) ? { ...back, waiting_for_customer: true } : back;
}

function named(ids) {
  return ids.length === 1 ? `ticket #${ids[0]}` : `tickets ${ids.map((id) => `#${id}`).join(", ")}`;
}
