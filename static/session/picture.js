/**
 * The picture: WebRTC first, tiles when that gets no picture through, and back again when asked.
 * Keeps `picture` (none, starting, live, stalled) and `transport` (webrtc, tiles) of the store true.
 */
import { createPeer } from "./peer.js";
import { createTiles } from "./tiles.js";

const FIRST_FRAME = 8000; // ms from the offer to the first frame before tiles are asked for
const STILL = 4000; // ms without a frame that a living helper never lets pass (it sends at least 5 a second)
const PATIENCE = 9000;
const TRIES = 3; // askings that a helper may leave without an offer before it is asked for tiles

/** `{start, restart, choose, stop, channel, connection, source}`; elements `video` and `canvas` lie in the page. */
export function createPicture({ store, speech, line, video, canvas, iceServers, onFrame, onSwitch, preferred = "webrtc", now = Date.now }) {
  const tiles = createTiles(canvas);
  let wanted = preferred;
  let forced = false; // tiles because WebRTC failed, not by choice
  let reason = ""; // why WebRTC failed
  let tilesTook = null; // ms from sending a frame to its acknowledgement, as the helper measures it
  let failures = 0;
  let clock = { asked: 0, offered: 0, framed: 0 };

  const peer = createPeer({
    iceServers,
    send: {
      answer: (answer, to) => speech.emit("webrtc-answer", { answer, targetSocketId: to }),
      candidate: (candidate, to) => speech.emit("webrtc-ice-candidate", { candidate, role: "technician", targetSocketId: to }),
    },
    on: { stream: play, state: peerState, channel: () => store.set({ channelOpen: Boolean(isOpen()) }) },
  });
  const isOpen = () => peer.channel && peer.channel.readyState === "open";

  line.on("webrtc-offer", ({ offer, from }) => {
    if (!store.may("view") || wanted !== "webrtc" || !offer) return;
    clock = { asked: 0, offered: now(), framed: 0 };
    if (store.facts.picture !== "live") store.set({ picture: "starting" });
    peer.offer(offer, from);
  });
  line.on("webrtc-ice-candidate", ({ candidate }) => candidate && peer.candidate(candidate));
  line.on("screen-frame", async (frame) => {
    if (!store.may("view") || wanted !== "tiles") return;
    if (Number.isFinite(frame.rtt)) tilesTook = Math.max(1, Math.round(frame.rtt));
    const drawn = await tiles.draw(frame);
    speech.emit("screen-ack", { seq: frame.seq, targetSocketId: frame.from });
    if (drawn) framed("tiles");
  });
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(function next() {
    framed("webrtc");
    video.requestVideoFrameCallback(next);
  });
  else video.addEventListener("timeupdate", () => framed("webrtc"));
  setInterval(watch, 1000);

  function play(stream) {
    video.srcObject = stream;
    video.play().catch(() => {}); // a page in the background may have to wait; autoplay takes over then
  }

  function framed(transport) {
    if (transport !== wanted || !store.may("view")) return;
    clock.framed = now();
    if (store.facts.picture !== "live" || store.facts.transport !== transport) {
      failures = 0;
      show(transport);
      store.set({ picture: "live", transport });
    }
    onFrame(transport);
  }

  function show(transport) {
    video.hidden = transport !== "webrtc";
    canvas.hidden = transport !== "tiles";
    if (transport === "tiles") peer.close();
    onSwitch(transport);
  }

  function peerState(state) {
    if (state !== "failed" || wanted !== "webrtc") return;
    failures += 1;
    if (failures >= 2) fallBack("WebRTC could not connect");
  }

  /** Once a second: is the picture moving, and if not, what is to be done? */
  function watch() {
    const { line: state, helperOnline, picture, capabilities } = store.facts;
    if (!store.may("view") || state === "down" || !helperOnline || document.hidden || capabilities.sharing === "choosing") {
      clock = { ...clock, asked: clock.asked && now(), framed: clock.framed && now() };
      return;
    }
    if (wanted === "tiles") return void (picture !== "live" && late(clock.asked, PATIENCE) && restart());
    if (clock.framed) stalled();
    else if (late(clock.offered, FIRST_FRAME)) fallBack("No picture came over WebRTC");
    else if (!clock.offered && late(clock.asked, FIRST_FRAME)) failures >= TRIES ? fallBack("No picture was offered") : again();
  }

  function stalled() {
    if (!late(clock.framed, STILL) || rests()) return;
    store.set({ picture: "stalled" });
    if (late(clock.framed, PATIENCE)) again();
  }

  /** A browser sends nothing while nothing moves on the screen it shows. */
  function rests() {
    return store.facts.capabilities.kind === "browser" && peer.connection && peer.connection.connectionState === "connected";
  }

  function again() {
    failures += 1;
    restart();
  }

  /** Ask the helper for the picture once more, the way it is wanted now. */
  function restart() {
    clock = { asked: now(), offered: 0, framed: 0 };
    tiles.reset();
    speech.emit("stream-transport", { transport: wanted });
  }

  function use(transport) {
    wanted = transport;
    failures = 0;
    restart();
  }

  /** Tiles for now; a helper that comes afresh, perhaps over another network, gets another try with WebRTC. */
  function fallBack(why) {
    const { transports } = store.facts.capabilities;
    if (Array.isArray(transports) && !transports.includes("tiles")) return again();
    use("tiles");
    forced = true;
    reason = why;
    onSwitch("tiles", why);
  }

  const late = (since, limit) => since > 0 && now() - since > limit;

  return {
    /** The customer allows the view, or a helper came (back): the helper offers by itself; tiles have to be asked for. */
    start() {
      if (!store.may("view")) return;
      if (store.facts.picture === "none") store.set({ picture: "starting" });
      clock = { asked: now(), offered: clock.offered, framed: clock.framed };
      if (wanted === "tiles") restart();
    },
    restart,
    /** The technician's own choice of transport. */
    choose(transport) {
      forced = false;
      use(transport);
    },
    /** The helper came (back). */
    afresh() {
      failures = 0;
      if (forced) wanted = "webrtc";
      forced = false;
    },
    /** The view is gone: nothing of the screen stays on the page. */
    stop() {
      peer.close();
      tiles.blank();
      video.srcObject = null;
      video.hidden = canvas.hidden = true;
      clock = { asked: 0, offered: 0, framed: 0 };
      store.set({ picture: "none", transport: "", channelOpen: false });
    },
    get channel() {
      return peer.channel;
    },
    /** How the picture comes, for the connection doctor. */
    get way() {
      return { forced, reason: forced ? reason : "", rtt: wanted === "tiles" ? tilesTook : null, failed: 0, findings: peer.findings };
    },
    get connection() {
      return peer.connection;
    },
    /** What is on show now: `{element, width, height}`. */
    get source() {
      if (!canvas.hidden) return { element: canvas, width: canvas.width, height: canvas.height };
      return { element: video, width: video.videoWidth, height: video.videoHeight };
    },
  };
}
