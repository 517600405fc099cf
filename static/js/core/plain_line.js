/**
 * A live line over a plain WebSocket, proved by the session cookie.
 *
 *   const line = plainLine("/ws");
 *   line.on("metrics", (message) => …);
 *   line.onResync(gently(load));
 *
 * What comes is a hint only: `onResync` handlers fetch the truth, at once, after every reconnect, and now and then where
 * no line can be had. While it is down the pill says so, and it is tried again after 1 s, 2 s, 4 s … 15 s, or at once
 * when the network or the page comes back.
 */
import { showPill } from "./pill.js";

const FIRST = 1_000; // ms
const MOST = 15_000; // ms
const STEADY = 10_000; // ms
const PING = 25_000; // ms
const SILENT = 60_000; // ms

/** A line to `path`; it connects at once and is kept up from then on. */
export function plainLine(path) {
  const address = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}`;
  const handlers = new Map();
  const resyncs = new Set();
  let [socket, delay, timer, begunAt, heardAt] = [null, FIRST, 0, 0, 0];

  function connect() {
    clearTimeout(timer);
    if (socket) return;
    socket = new WebSocket(address);
    socket.addEventListener("open", begun);
    socket.addEventListener("message", ({ data }) => heard(data));
    socket.addEventListener("close", lost);
  }

  function begun() {
    begunAt = heardAt = Date.now();
    showPill("");
    resyncs.forEach((resync) => resync());
  }

  function lost() {
    socket = null;
    if (begunAt && Date.now() - begunAt > STEADY) delay = FIRST; // one that is closed at once is not asked for each second
    begunAt = 0;
    showPill("Reconnecting… What you see may be a little old.");
    resyncs.forEach((resync) => resync()); // whoever is signed in no more is led to the sign-in by its 401
    timer = setTimeout(connect, delay * (1 + Math.random() * 0.3));
    delay = Math.min(delay * 2, MOST);
  }

  function heard(text) {
    heardAt = Date.now();
    let message = null;
    try {
      message = JSON.parse(text);
    } catch {
      return; // nothing that this page knows
    }
    for (const handler of handlers.get(message?.type) || []) handler(message.data ?? message);
  }

  /** A network that went away without a word is noticed by the pong that doesn't come. */
  function check() {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heardAt > SILENT) socket.close();
    else socket.send('{"type":"ping"}');
  }

  function hurry() {
    delay = FIRST;
    connect();
  }

  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
  setInterval(check, PING);
  connect();
  return {
    /** Run `handler(data)` on messages of this type. */
    on(type, handler) {
      handlers.set(type, [...(handlers.get(type) || []), handler]);
    },
    /** Run `resync()` now and after every (re)connect, and while the line is down as often as it is tried again. */
    onResync(resync) {
      resyncs.add(resync);
      resync();
    },
  };
}
