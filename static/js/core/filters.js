/** The search field and the choices above a list. What is chosen stands in the address. */
import { byId } from "./dom.js";

const TYPING = 300; // ms of rest before a search goes out

/** Wire the form `#filters`; `changed()` is called when something else is wanted. */
export function filters(changed) {
  const form = byId("filters");
  const fields = [...form.elements].filter((each) => each.name);
  const usual = new Map(fields.map((each) => [each.name, each.value]));
  const query = new URLSearchParams(location.search);
  let typing = 0;
  for (const field of fields) {
    field.value = query.get(field.name) ?? usual.get(field.name);
    if (field.selectedIndex < 0) field.value = usual.get(field.name);
  }

  function again() {
    history.replaceState(null, "", chosen().size ? `${location.pathname}?${chosen()}` : location.pathname);
    changed();
  }

  function chosen() {
    const wanted = fields.filter((each) => each.value.trim() !== usual.get(each.name));
    return new URLSearchParams(wanted.map((each) => [each.name, each.value.trim()]));
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => event.target.type !== "search" && again());
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(typing);
    typing = setTimeout(again, TYPING);
  });
  return {
    /** What is not as usual, as the query of a request. */
    chosen,
    isAny: () => chosen().size > 0,
    clear() {
      for (const field of fields) field.value = usual.get(field.name);
      again();
    },
    show: (isUseful) => (form.hidden = !isUseful),
  };
}
