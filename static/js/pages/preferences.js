/** Preferences: loaded, changed, saved. */
import { get, put, sentence } from "../core/api.js";
import { busy, byId, h } from "../core/dom.js";

const RATES = ["remoteControlSupportRate", "phoneSupportRate", "whatsappSupportRate"];
const form = byId("preferences");
const retention = byId("retention");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(byId("save"), save);
});
form.addEventListener("input", () => say(""));
busy(byId("save"), load);

async function load() {
  try {
    const found = await get("/api/preferences");
    const days = found.sessionHistoryRetentionDays;
    choose(days === null ? "" : String(days));
    for (const name of RATES) byId(name).value = found[name] || "";
    form.removeAttribute("aria-busy");
  } catch (error) {
    say(sentence(error), "danger");
  }
}

/** Another dashboard may have set a number of days that this page does not offer. */
function choose(days) {
  if (![...retention.options].some((each) => each.value === days)) {
    retention.append(h("option", { value: days }, `for ${days} days`));
  }
  retention.value = days;
}

async function save() {
  const wrong = RATES.map(byId).find((field) => !field.checkValidity());
  if (wrong) {
    say("A rate is a number of 0 or more, with two decimals at most.", "danger");
    return wrong.focus();
  }
  const rates = Object.fromEntries(RATES.map((name) => [name, Number(byId(name).value) || 0]));
  const days = retention.value === "" ? null : Number(retention.value);
  try {
    await put("/api/preferences", { sessionHistoryRetentionDays: days, ...rates });
    say("Saved.", "success");
  } catch (error) {
    say(sentence(error), "danger");
  }
}

function say(text, kind = "secondary") {
  byId("said").textContent = text;
  byId("said").className = `text-${kind}`;
}
