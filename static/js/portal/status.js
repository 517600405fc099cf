/** The small dot that says whether the service works; looked up on load and every minute while the page is seen. */
import { get } from "../core/api.js";
import { byId } from "../core/dom.js";

const EVERY = 60_000;

/** Start showing the status. */
export function showStatus() {
  check();
  setInterval(() => document.hidden || check(), EVERY);
}

async function check() {
  try {
    const { online } = await get("/api/status");
    say(online ? "on" : "wait", online ? "The service is working" : "The service has a problem, some things may fail");
  } catch {
    say("bad", "The service cannot be reached");
  }
}

function say(kind, text) {
  byId("status-dot").className = `ca-dot ca-dot-${kind}`;
  if (byId("status-text").textContent !== text) byId("status-text").textContent = text;
}
