/** The page of support codes: the form, the new code in large digits, the active ones. */
import { get, sentence } from "../core/api.js";
import { busy, byId, fill, h } from "../core/dom.js";
import { gently, live } from "../core/live.js";
import { madeCard, makeCode, showCodes } from "../desk/codes.js";
import { showFailure } from "../desk/empty.js";

const form = document.getElementById("code-form");
const load = gently(() => refresh().catch((error) => showFailure(byId("codes"), error, { retry: load })));

if (form) {
  form.addEventListener("submit", submit);
  offerClients();
}
live().onResync(load);
live().on("support-code-updated", load);

async function refresh() {
  const { support_codes: codes } = await get("/api/support-codes?limit=500");
  byId("count").textContent = codes.length;
  byId("count").hidden = !codes.length;
  showCodes(byId("codes"), codes, { changed: load });
}

async function submit(event) {
  event.preventDefault();
  const wrong = problem();
  complain(wrong);
  if (wrong) return;
  try {
    const made = await busy(event.submitter, () => makeCode(order()));
    fill(byId("made"), madeCard(made));
    byId("made").scrollIntoView({ block: "nearest", behavior: "smooth" });
    form.reset();
    load();
  } catch (error) {
    complain(sentence(error));
  }
}

function order() {
  const given = Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value),
  );
  if (given.client_id) given.client_id = Number(given.client_id);
  return { ...given, expires_hours: Number(given.expires_hours) };
}

function problem() {
  for (const field of ["customer_name", "expires_hours", "customer_email"].map(byId)) {
    const bad = field.id === "customer_name" ? !field.value.trim() : !field.checkValidity();
    field.classList.toggle("is-invalid", bad);
    if (bad) {
      field.focus();
      return {
        customer_name: "Please give the customer’s name.",
        expires_hours: "A code is good for 1 to 168 whole hours.",
        customer_email: "This e-mail address does not look right.",
      }[field.id];
    }
  }
  return "";
}

function complain(text) {
  byId("form-error").textContent = text;
  byId("form-error").hidden = !text;
}

async function offerClients() {
  const answer = await get("/api/clients").catch(() => []);
  const clients = Array.isArray(answer) ? answer : answer.clients || [];
  if (clients.length < 2) return;
  fill(
    byId("client_id"),
    clients.map((each) => h("option", { value: each.id }, each.name)),
  );
  byId("client-field").hidden = false;
}
