/** The people of a client who sign in to its own pages: accounts made, given from those that wait, closed, joined. */
import { del, get, post, put, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { busy, h, icon, refill, since } from "../core/dom.js";
import { empty, showFailure } from "./empty.js";
import { askUntil, field } from "./form_dialog.js";
import { madeUp, showOnce } from "./password.js";

const PATH = "/api/admin/customers";
const SHOWN = 100;

/** Show them in `place`; `add` and `take` are the buttons for a new one and for one without a client. */
export function customersPart(clientId, { place, add, take }) {
  add.addEventListener("click", create);
  take.addEventListener("click", claim);
  let waiting = [];

  async function load() {
    try {
      const [theirs, others] = await Promise.all([get(`${PATH}?client_id=${clientId}&limit=${SHOWN}`), get(`${PATH}?without_client=true&limit=${SHOWN}`)]);
      waiting = others.customers.filter((each) => each.is_active);
      take.hidden = !waiting.length;
      place.removeAttribute("aria-busy");
      refill(place, theirs.customers.length ? theirs.customers.map(row) : nobody());
    } catch (error) {
      showFailure(place, error, { retry: load });
    }
  }

  function row(person) {
    return h(
      "div",
      { class: "flex-wrap", dataset: { customer: person.id } },
      h(
        "div",
        { class: "ca-grow ca-break" },
        h("div", { class: "fw-medium" }, person.display_name, person.is_active ? null : h("span", { class: "ca-state ca-state-waiting ms-2" }, "closed"), person.links.length ? h("span", { class: "ca-state ms-2", title: "Joined with an account of the Supabase project" }, "joined") : null),
        h("div", { class: "text-secondary small" }, [person.username, person.email].filter(Boolean).join(" · "), " · last sign-in ", since(person.last_login, { never: "never" })),
      ),
      h("div", { class: "ca-actions" }, actions(person)),
    );
  }

  function actions(person) {
    const small = (key, glyph, label, onclick, extra = "") =>
      h("button", { type: "button", class: `btn btn-sm btn-icon ${extra}`, title: label, "aria-label": `${label}: ${person.display_name}`, dataset: { key: `${key} ${person.id}` }, onclick }, icon(glyph));
    return [
      small("password", "key", "New password", () => renew(person)),
      person.links.length
        ? small("unlink", "link-off", "Part from the Supabase account", () => unlink(person))
        : small("link", "link", "Join with a Supabase account", () => join(person)),
      person.is_active
        ? small("close", "lock", "Close the account", () => close(person), "btn-ghost-danger")
        : small("open", "lock-open", "Open the account again", () => attempt(() => put(`${PATH}/${person.id}`, { is_active: true }))),
    ];
  }

  async function create() {
    const made = await askUntil({
      title: "New account for this client",
      action: "Make account",
      given: { password: madeUp() },
      fields: (given) => [
        field("username", "User name", given.username, { maxlength: 80, required: true, spellcheck: "false", hint: "They sign in with it." }),
        field("display_name", "Name", given.display_name, { maxlength: 120, hint: "Technicians see it beside what was approved." }),
        field("email", "E-mail", given.email, { type: "email", maxlength: 254 }),
        field("password", "Password", given.password, { maxlength: 256, spellcheck: "false", hint: "Made up just now, or yours: at least 10 characters." }),
      ],
      send: async ({ username, display_name, email, password }) => {
        const { customer } = await post(PATH, { username, display_name, email: email || null, password, client_id: clientId });
        return { username: customer.username, name: customer.display_name, password };
      },
    });
    if (!made) return;
    load();
    await showOnce({ title: `${made.name} can sign in now`, ...made });
  }

  /** Somebody who made an account by themselves belongs to this client. */
  async function claim() {
    const choices = h("select", { id: "ask-customer", name: "customer", class: "form-select" }, waiting.map((each) => h("option", { value: String(each.id) }, `${each.display_name} (${each.username}${each.email ? `, ${each.email}` : ""})`)));
    const taken = await askUntil({
      title: "Who belongs to this client?",
      action: "They belong here",
      fields: () => [
        h("label", { class: "form-label", for: "ask-customer" }, "Account"),
        choices,
        h("p", { class: "form-hint mt-2 mb-0" }, "They made the account by themselves: be sure who they are. They see all devices of this client and approve what is done on them."),
      ],
      send: ({ customer }) => put(`${PATH}/${customer}`, { client_id: clientId }),
    });
    if (taken) load();
  }

  async function renew(person) {
    const password = await askUntil({
      title: `New password for ${person.display_name}`,
      action: "Set password",
      given: { password: madeUp() },
      fields: (given) => field("password", "Password", given.password, { maxlength: 256, spellcheck: "false", hint: "All their sign-ins end." }),
      send: async (values) => (await put(`${PATH}/${person.id}`, { password: values.password }), values.password),
    });
    if (password) await showOnce({ title: `${person.display_name} has a new password`, username: person.username, password });
  }

  async function join(person) {
    const joined = await askUntil({
      title: `Join ${person.display_name} with a Supabase account`,
      action: "Join",
      fields: (given) => [
        field("subject", "Their user id there", given.subject, { maxlength: 255, required: true, spellcheck: "false", hint: "The “sub” of their tokens." }),
        field("issuer", "Issuer", given.issuer, { maxlength: 255, spellcheck: "false", hint: "Only where the settings don’t say who issues the tokens." }),
      ],
      send: ({ subject, issuer }) => post(`${PATH}/${person.id}/links`, { subject, issuer }),
    });
    if (joined) load();
  }

  async function unlink(person) {
    const text = "They can sign in with their password alone from then on, if they have one.";
    if (await confirm({ title: `Part ${person.display_name} from the Supabase account?`, text, action: "Part them" })) await attempt(() => del(`${PATH}/${person.id}/links`));
  }

  async function close(person) {
    const text = "They are signed out everywhere at once. What they decided stays on record, and the account can be opened again.";
    if (await confirm({ title: `Close the account of ${person.display_name}?`, text, action: "Close account", danger: true })) await attempt(() => put(`${PATH}/${person.id}`, { is_active: false }));
  }

  async function attempt(work) {
    try {
      await busy(add, work);
    } catch (error) {
      toast(sentence(error), { kind: "danger" });
    }
    load();
  }

  return { load };
}

function nobody() {
  return empty({ glyph: "users", title: "Nobody yet", text: "With an account, somebody of this client sees its devices, adds new ones and approves what is done on them." });
}
