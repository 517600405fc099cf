/**
 * The picture on its way: one WebRTC connection to each technician who may see it (docs/helper-protocol.md §5).
 * The page offers, the technician's page answers; candidates trickle both ways.
 */
import { createQueue } from "../session/peer.js";

const UNANSWERED = 10000; // ms until an offer without an answer is made anew
const LOST = 3000; // ms a connection may stay disconnected
const RATES = { quality: 6_000_000, balanced: 2_500_000, speed: 900_000 };
const NARROW = 1280; // pixels; what "speed" sends at most

/** `{sync(ids), answer, candidate, again, quality, close}`; `send.offer(offer, to)` and `send.candidate(c, to)`. */
export function createSenders({ stream, iceServers, send }) {
  const peers = new Map(); // technician's socket id → {connection, queue, timer}
  let quality = "balanced";

  async function offer(id) {
    drop(id);
    const connection = new RTCPeerConnection({ iceServers: iceServers() });
    const peer = { connection, queue: createQueue(), timer: 0 };
    peers.set(id, peer);
    const mine = () => peers.get(id) === peer;
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate && candidate.candidate && mine()) send.candidate(candidate.toJSON(), id);
    });
    connection.addEventListener("connectionstatechange", () => mine() && watch(id, peer));
    connection.createDataChannel("control"); // the page measures the way with it; nothing that comes in is looked at
    for (const track of stream().getVideoTracks()) connection.addTrack(track, stream());
    await connection.setLocalDescription();
    if (!mine()) return;
    send.offer({ type: connection.localDescription.type, sdp: connection.localDescription.sdp }, id);
    peer.timer = setTimeout(() => mine() && offer(id), UNANSWERED);
  }

  function watch(id, peer) {
    clearTimeout(peer.timer);
    const state = peer.connection.connectionState;
    if (state === "failed") offer(id);
    else if (state === "disconnected") peer.timer = setTimeout(() => peers.get(id) === peer && offer(id), LOST);
    else if (state === "connected") tune(peer.connection);
  }

  /** Sharp text matters more than smooth motion; the technician's wish sets how much data it may take. */
  function tune(connection) {
    for (const sender of connection.getSenders().filter((each) => each.track)) {
      const settings = sender.getParameters();
      const width = sender.track.getSettings().width || 0;
      for (const encoding of settings.encodings || []) {
        encoding.maxBitrate = RATES[quality];
        encoding.scaleResolutionDownBy = quality === "speed" ? Math.max(1, width / NARROW) : 1;
      }
      sender.setParameters(settings).catch(() => {}); // a connection that has just closed
    }
  }

  function drop(id) {
    const peer = peers.get(id);
    if (!peer) return;
    peers.delete(id);
    clearTimeout(peer.timer);
    peer.connection.close();
  }

  return {
    /** These technicians, and nobody else, get the picture. */
    sync(ids) {
      const wanted = new Set(stream() ? ids : []);
      for (const id of [...peers.keys()]) if (!wanted.has(id)) drop(id);
      for (const id of wanted) if (!peers.has(id)) offer(id);
    },
    async answer(description, from) {
      const peer = peers.get(from);
      if (!peer || peer.connection.signalingState !== "have-local-offer") return;
      clearTimeout(peer.timer);
      await peer.connection.setRemoteDescription(description).then(() => peer.queue.open(peer.connection), () => offer(from));
    },
    candidate(candidate, from) {
      if (peers.has(from)) peers.get(from).queue.push(candidate);
    },
    /** A technician asks for the picture once more. */
    again: (id) => peers.has(id) && offer(id),
    quality(name) {
      if (!(name in RATES)) return;
      quality = name;
      for (const { connection } of peers.values()) tune(connection);
    },
    close: () => [...peers.keys()].forEach(drop),
    /** Is the way to every technician closed by their side? */
    get idle() {
      return [...peers.values()].every(({ connection }) => ["closed", "failed", "disconnected"].includes(connection.connectionState));
    },
  };
}
