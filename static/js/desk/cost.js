/** What a case's time comes to at the reader's own rates (their preferences); nothing while they have set none. */
import { get } from "../core/api.js";
import { byId } from "../core/dom.js";

const money = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const rates = get("/api/preferences").catch(() => ({}));
let seconds = 0;

/** Say it below the form's minutes, now and whenever they change. `onScreen` is in seconds. */
export async function showCost(form, onScreen) {
  seconds = onScreen || 0;
  form.oninput = () => tell(form); // shown anew after each save: one listener, not one more
  await tell(form);
}

/** The parts that cost something, as [name, amount]. */
export function partsOf(perHour, { onScreen, phone, whatsapp }) {
  const parts = [
    ["remote control", (onScreen / 3600) * (perHour.remoteControlSupportRate || 0)],
    ["phone", (phone / 60) * (perHour.phoneSupportRate || 0)],
    ["WhatsApp", (whatsapp / 60) * (perHour.whatsappSupportRate || 0)],
  ];
  return parts.filter(([, amount]) => amount > 0);
}

async function tell(form) {
  const minutes = (name) => Math.max(0, Number(form.elements[name].value) || 0);
  const parts = partsOf(await rates, {
    onScreen: seconds,
    phone: minutes("phoneSupportMinutes"),
    whatsapp: minutes("whatsappSupportMinutes"),
  });
  const total = parts.reduce((sum, [, amount]) => sum + amount, 0);
  const details = parts.map(([name, amount]) => `${name} ${money.format(amount)}`).join(", ");
  byId("cost").hidden = !parts.length;
  byId("cost").textContent = `At your rates: ${money.format(total)} (${details})`;
}
