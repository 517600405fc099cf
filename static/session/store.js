/**
 * What is known about the session right now, in one place; whoever shows or decides something listens to it.
 *
 *   const store = createStore({ rights: [] });
 *   store.on((facts, changed) => { if (changed.has("rights")) … });
 *   store.set({ rights: ["view"] });
 */

/** A store that starts with `initial`. `facts` is read by anyone and changed through `set` only. */
export function createStore(initial) {
  const listeners = new Set();
  const store = {
    facts: { ...initial },
    /** Take over the given facts and tell the listeners which ones are really different. */
    set(patch) {
      const changed = new Set(Object.keys(patch).filter((key) => !same(store.facts[key], patch[key])));
      if (!changed.size) return;
      store.facts = { ...store.facts, ...patch };
      for (const listener of [...listeners]) listener(store.facts, changed);
    },
    /** Call `listener(facts, changed)` now (with everything as changed) and after every change. */
    on(listener) {
      listeners.add(listener);
      listener(store.facts, new Set(Object.keys(store.facts)));
      return () => listeners.delete(listener);
    },
    /** Does the customer allow `right` at this moment? */
    may: (right) => store.facts.rights.includes(right) && !store.facts.ended,
  };
  return store;
}

function same(one, other) {
  if (Object.is(one, other)) return true;
  return typeof one === "object" && typeof other === "object" && JSON.stringify(one) === JSON.stringify(other);
}

/** The facts a session page starts with. */
export const BLANK = {
  line: "down",
  lineLostAt: 0,
  joined: false,
  refusal: "",
  over: false,
  helperOnline: null,
  helperLostAt: 0,
  rights: [],
  held: [],
  admitted: false,
  admittedIds: [],
  asking: null,
  answer: null,
  takenBack: [],
  takenBy: "",
  known: false,
  picture: "none",
  transport: "",
  displays: [],
  monitorIndex: 0,
  capabilities: {},
  ended: null,
};
