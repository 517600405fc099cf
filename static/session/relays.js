/** The STUN and TURN servers: asked for anew before their credentials run out; each new connection gets good ones. */
import { get } from "../js/core/api.js";

const UNTIMED = 600; // seconds that a list without a time is taken for good
const PATIENCE = 3000; // ms that a picture waits for the list

/** `{servers()}`: resolves to the list at once while it is fresh. Without an answer the last one has to do. */
export function createRelays({ sessionId, ask = get, now = Date.now }) {
  let known = [];
  let freshUntil = 0;
  let asking = null;

  async function renew() {
    const answer = await ask(`/api/turn-servers?sessionId=${encodeURIComponent(sessionId)}`, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    if (!answer || !Array.isArray(answer.servers)) return;
    known = answer.servers;
    freshUntil = now() + ((answer.ttl || 2 * UNTIMED) / 2) * 1000;
  }

  return {
    async servers() {
      if (now() < freshUntil) return known;
      asking = asking || renew().finally(() => (asking = null));
      await asking;
      return known;
    },
  };
}
