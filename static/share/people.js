/** The technicians in the session and which of them the customer has let see the screen. */

/** `{present, joined, left, admit, list, entitled, names, reset}`; `onChange()` runs after every change. */
export function createPeople({ onChange }) {
  let here = new Map(); // socket id → {id, name, admitted}
  const person = (event) => ({ id: String(event.technicianId), name: String(event.technicianName || "Technician"), admitted: event.admitted === true });
  const changed = (work) => (...given) => {
    work(...given);
    onChange();
  };
  return {
    present: changed((technicians) => {
      here = new Map((Array.isArray(technicians) ? technicians : []).map((each) => [each.technicianSocketId, person(each)]));
    }),
    joined: changed((event) => here.set(event.technicianSocketId, person(event))),
    left: changed((event) => here.delete(event.technicianSocketId)),
    /** The server's list of the people (ids) whom the customer said yes to. */
    admit: changed((ids) => {
      if (!Array.isArray(ids)) return;
      for (const each of here.values()) each.admitted = ids.includes(each.id);
    }),
    /** Socket ids of those who may see the screen. */
    entitled: () => [...here].filter(([, each]) => each.admitted).map(([socket]) => socket),
    ids: () => [...new Set([...here.values()].map((each) => each.id))],
    /** "Tina" or "Tina and Bert". */
    names: () => [...new Set([...here.values()].map((each) => each.name))].join(" and "),
    watchers: () => [...new Set([...here.values()].filter((each) => each.admitted).map((each) => each.name))].join(" and "),
    get count() {
      return here.size;
    },
  };
}
