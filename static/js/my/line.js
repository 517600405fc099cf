/**
 * The live line of a customer's pages: a plain WebSocket to /ws/customer, proved by the session cookie.
 *
 *   const line = customerLine();
 *   line.on("command_update", (data) => …);
 *   line.onResync(gently(load));
 *   line.watch(["till-1", "till-2"]);
 *
 * What comes is a hint only: `onResync` handlers fetch the truth, at once, after every reconnect, and now and then where
 * no line can be had. While it is down the pill says so, and it is tried again after 1 s, 2 s, 4 s … 30 s, or at once
 * when the network or the page comes back.
 */
import { showPill } from "../core/pill.js";

const FIRST = 1_000; // ms
const MOST = 30_000; // ms
const BETWEEN = 150; // ms between two messages: the server takes ten a second
let line = null;

/** The page's one line; connects on first use. */
export function customerLine() {
  line = line || open();
  return line;
}

function open() {
  const address = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/customer`;
  const handlers = new Map();
  const resyncs = new Set();
  const watched = new Set();
  const outbox = [];
  let [socket, delay, timer, pump] = [null, FIRST, 0, 0];

  function connect() {
    clearTimeout(timer);
    if (socket) return;
    socket = new WebSocket(address);
    socket.addEventListener("open", begun);
    socket.addEventListener("message", ({ data }) => heard(data));
    socket.addEventListener("close", lost);
  }

  function begun() {
    delay = FIRST;
    showPill("");
    outbox.length = 0;
    for (const deviceId of watched) say({ type: "subscribe", deviceId });
    resyncs.forEach((resync) => resync());
  }

  function lost() {
    socket = null;
    showPill("Reconnecting… What you see may be a little old.");
    resyncs.forEach((resync) => resync()); // whoever is signed in no more is led to the sign-in by its 401
    timer = setTimeout(connect, delay * (1 + Math.random() * 0.3));
    delay = Math.min(delay * 2, MOST);
  }

  function heard(text) {
    let message = null;
    try {
      message = JSON.parse(text);
    } catch {
      return; // nothing that this page knows
    }
    const payload = message?.data ?? message;
    for (const handler of handlers.get(message?.type) || []) handler(payload);
  }

  function say(message) {
    outbox.push(JSON.stringify(message));
    pump = pump || setInterval(send, BETWEEN);
  }

  function send() {
    if (outbox.length && socket?.readyState === WebSocket.OPEN) socket.send(outbox.shift());
    if (outbox.length) return;
    clearInterval(pump);
    pump = 0;
  }

  function hurry() {
    delay = FIRST;
    connect();
  }

  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
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
    /** Hear of these devices, and no longer of others. */
    watch(deviceIds) {
      const wanted = new Set(deviceIds);
      for (const deviceId of watched) if (!wanted.has(deviceId)) say({ type: "unsubscribe", deviceId });
      for (const deviceId of wanted) if (!watched.has(deviceId)) say({ type: "subscribe", deviceId });
      watched.clear();
      wanted.forEach((deviceId) => watched.add(deviceId));
    },
  };
}
