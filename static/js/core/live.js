/**
 * The live line to the server (Socket.IO), shared by everything on a page.
 *
 *   import { live, gently } from "../core/live.js";
 *   const line = live();
 *   line.on("device-updated", (event) => …);
 *   line.onResync(gently(loadDevices));
 *
 * The database is the truth and an event only a hint: `onResync` handlers run on the first connect and after every
 * reconnect, so that whatever was missed is fetched again. The pill `#live-pill` says when the line is down, the banner
 * `#site-link` when the server's processes don't hear each other; once they do again, all is fetched anew too.
 */
import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { showPill } from "./pill.js";
import { showSiteLink } from "./site_link.js";

export { gently } from "./gently.js";

const REFUSED_DELAY = 5000; // ms
const SPREAD = 2000; // ms; not everybody's pages fetch at the same moment
let line = null;

/** The page's one live line; connects on first use. `options` go to socket.io (first caller only). */
export function live(options = {}) {
  line = line || open(options);
  return line;
}

function open(options) {
  const socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 5000, ...options });
  const resyncs = new Set();
  socket.on("connect", () => {
    showPill("");
    resyncs.forEach((resync) => resync());
  });
  socket.on("scope-changed", ({ lost }) => (lost ? location.reload() : resyncs.forEach((resync) => resync())));
  socket.on("site-link", ({ whole }) => {
    showSiteLink(whole);
    if (whole) setTimeout(() => resyncs.forEach((resync) => resync()), Math.random() * SPREAD);
  });
  socket.on("disconnect", () => showSiteLink(true));
  for (const trouble of ["disconnect", "connect_error"]) {
    socket.on(trouble, () => {
      showPill("Reconnecting…");
      if (!socket.active) setTimeout(() => socket.connect(), REFUSED_DELAY); // refused by the server: socket.io gives up
    });
  }
  return {
    /** The raw socket.io-client socket, for emits and acknowledgements. */
    socket,
    /** Run `handler(payload)` on `event`; returns a function that stops it. */
    on(event, handler) {
      socket.on(event, handler);
      return () => socket.off(event, handler);
    },
    /** Run `resync()` now if connected, and after every (re)connect. */
    onResync(resync) {
      resyncs.add(resync);
      if (socket.connected) resync();
    },
    /** Send `event` and resolve to the server's acknowledgement; rejects after `timeout` ms. */
    ask(event, payload, { timeout = 10000 } = {}) {
      return socket.timeout(timeout).emitWithAck(event, payload);
    },
  };
}
