/**
 * Changing a ticket that others change too. A change names the version that was seen. Where somebody was faster: what
 * they changed elsewhere stays and ours is added; where both changed the same, whoever writes is asked.
 */
import { get, put } from "../core/api.js";
import { pathOf } from "./ticket_words.js";

/** Thrown when others changed the very fields that we wanted to change: `theirs` is the ticket as it is now. */
export class Collided extends Error {
  constructor(theirs, fields) {
    super("Somebody else changed the same");
    Object.assign(this, { theirs, fields });
  }
}

/** Save `changes` made while looking at `seen`. Resolves to the ticket; rejects with Collided, or an ApiError. */
export async function saveTicket(seen, changes) {
  try {
    return await put(pathOf(seen.id), { ...changes, version: seen.version });
  } catch (error) {
    if (error.status !== 409) throw error;
    const theirs = await get(pathOf(seen.id));
    const both = Object.keys(changes).filter((name) => differ(seen[name], theirs[name]) && differ(changes[name], theirs[name]));
    if (both.length) throw new Collided(theirs, both);
    return saveTicket(theirs, changes);
  }
}

/** Are these two values of a field not the same? Nothing and an empty text are. */
export function differ(one, other) {
  return (one ?? "") !== (other ?? "");
}
