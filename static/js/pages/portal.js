/** The portal: a code (or a session's link) in, two doors out. */
import { ApiError, get, post, sentence } from "../core/api.js";
import { busy, byId, h } from "../core/dom.js";
import { code as spaced } from "../core/format.js";
import { showDoors } from "../portal/doors.js";
import { digitsOf, formatAsTyped } from "../portal/entry.js";
import { showMissing, showPackage, showPhone } from "../portal/found.js";
import { packageOf } from "../portal/linked.js";
import { familyOf, here } from "../portal/platforms.js";
import { showStatus } from "../portal/status.js";

const input = byId("code");
const found = byId("found");
const linked = byId("ask").dataset.sessionId;
let digits = "";
let sessionId = "";

formatAsTyped(input);
showStatus();
prefill();
byId("code-form").addEventListener("submit", submit);
input.addEventListener("input", () => complain(""));
if (linked) followLink();

function prefill() {
  const given = digitsOf(new URLSearchParams(location.search).get("code") || "");
  if (!given) return;
  input.value = spaced(given);
  byId("code-go").focus();
}

async function submit(event) {
  event.preventDefault();
  digits = digitsOf(input.value);
  sessionId = "";
  if (digits.length !== 6) {
    complain(
      digits ? `A support code has 6 digits; this one has ${digits.length}.` : "Please type the 6 digits of your code.",
    );
    return;
  }
  await busy(byId("code-go"), openDoors);
}

/** A link to a session stands for a code; one that has run out leaves the field for a code. */
async function followLink() {
  sessionId = linked;
  await busy(byId("code-go"), openDoors);
}

/** What opens the doors: the link's session, or the code. */
function key() {
  return sessionId ? { sessionId } : { support_code: digits };
}

async function openDoors() {
  try {
    const answer = await post("/api/share/doors", key());
    reveal(() => showDoors(found, answer, { share, download: () => (sessionId ? orderLinked(answer) : order(here())) }));
  } catch (error) {
    refuse(error, here());
  }
}

async function share() {
  try {
    await post("/api/share", key());
    location.assign("/share");
  } catch (error) {
    refuse(error, here());
  }
}

async function order(platform) {
  try {
    const answer = await post("/api/customer/installer", {
      support_code: digits,
      ...(platform === "phone" ? {} : { platform }),
    });
    if (platform === "phone")
      reveal(() => showPhone(found, { code: spaced(digits), platforms: answer.platforms || [], choose: order }));
    else deliver(answer);
  } catch (error) {
    refuse(error, platform);
  }
}

/** The package of a session's link, for this computer or the chosen one. */
async function orderLinked(who, wanted = here()) {
  try {
    const answer = packageOf(await get(`/api/packages/manifest/${encodeURIComponent(sessionId)}`), who, wanted);
    const again = () => download(answer.download_url);
    const choose = (platform) => orderLinked(who, platform);
    reveal(() => showPackage(found, answer, { choose, again }));
    again();
  } catch (error) {
    refuse(error, wanted);
  }
}

function deliver(answer) {
  const again = () => download(answer.download_url);
  reveal(() => showPackage(found, answer, { choose: order, again }));
  again();
  post("/api/track-download", {
    support_code: digits,
    download_url: answer.download_url,
    user_agent: navigator.userAgent,
    timestamp: new Date().toISOString(),
  }).catch(() => {}); // counting must never stand in the customer's way
}

function refuse(error, platform) {
  if (error instanceof ApiError && error.code === "PAYLOAD_MISSING") {
    const platforms = (error.body && error.body.platforms) || [];
    reveal(() =>
      showMissing(
        found,
        {
          message: error.detail || error.message,
          platforms,
          family: platform === "phone" ? platform : familyOf(platform),
        },
        { choose: order },
      ),
    );
    return;
  }
  byId("ask").hidden = false;
  found.hidden = true;
  complain(words(error));
  input.focus();
  input.select();
}

function words(error) {
  if (error instanceof ApiError && [400, 404].includes(error.status) && error.code !== "VALIDATION_FAILED") {
    return sessionId
      ? "This link is not valid, or it has run out. Ask your technician for a new one, or type a support code."
      : "This code is not valid, or it has run out. Check the digits, or ask your technician for a new one.";
  }
  return sentence(error);
}

function reveal(show) {
  show();
  byId("ask").hidden = true;
  found.hidden = false;
  found.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

/** By a link with `download`: should the file be gone, the browser says so and this page stays. */
function download(url) {
  const link = h("a", { href: url, download: "", hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

function complain(text) {
  const error = byId("code-error");
  error.hidden = !text;
  error.textContent = text;
  input.setAttribute("aria-invalid", String(Boolean(text)));
  input.classList.toggle("is-invalid", Boolean(text));
}
