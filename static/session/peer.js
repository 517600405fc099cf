/**
 * The WebRTC side: answers the helper's offer, trickles candidates both ways, hands over picture and data channel.
 * A new offer replaces the connection before it.
 */

import { createFindings } from "./findings.js";

/** Keeps candidates that come before their description is set, and hands them over afterwards. */
export function createQueue(limit = 200) {
  let waiting = [];
  let target = null;
  const add = (candidate) => target.addIceCandidate(candidate).catch(() => {}); // one of an older offer: of no use
  return {
    /** Take a candidate, now or later. */
    push(candidate) {
      if (target) add(candidate);
      else if (waiting.length < limit) waiting.push(candidate);
    },
    /** The description of `connection` is set: let the waiting ones in. */
    open(connection) {
      target = connection;
      const ready = waiting;
      waiting = [];
      ready.forEach(add);
    },
    /** A new offer begins: hold candidates back again. */
    hold() {
      target = null;
    },
    get length() {
      return waiting.length;
    },
  };
}

/**
 * `{offer, candidate, close, connection, channel, findings}`. `iceServers()` may take its time. `send.answer(answer, to)` and `send.candidate(candidate, to)` reach
 * the helper; `on.stream(stream)`, `on.state(text)` and `on.channel(isOpen)` say what happens.
 */
export function createPeer({ iceServers, send, on }) {
  const queue = createQueue();
  const findings = createFindings();
  let round = 0;
  let connection = null;
  let channel = null;

  async function offer(description, from) {
    close();
    const turn = round;
    const servers = await iceServers();
    if (turn !== round) return;
    findings.begin(servers);
    findings.offered(description.sdp);
    const mine = (connection = new RTCPeerConnection({ iceServers: servers }));
    watch(mine, from);
    try {
      await mine.setRemoteDescription(description);
      if (mine !== connection) return;
      queue.open(mine);
      await mine.setLocalDescription();
      if (mine === connection) send.answer(plain(mine.localDescription), from);
    } catch (error) {
      if (mine === connection) on.state("failed", error);
    }
  }

  function watch(mine, from) {
    mine.addEventListener("icecandidate", ({ candidate }) => {
      if (!candidate || !candidate.candidate || mine !== connection) return;
      findings.local(candidate.candidate);
      send.candidate(candidate.toJSON(), from);
    });
    mine.addEventListener("icecandidateerror", (event) => mine === connection && findings.failed(event));
    mine.addEventListener("track", ({ receiver, streams, track }) => {
      hurry(receiver);
      if (mine === connection) on.stream(streams[0] || new MediaStream([track]));
    });
    mine.addEventListener("connectionstatechange", () => mine === connection && on.state(mine.connectionState));
    mine.addEventListener("datachannel", ({ channel: opened }) => {
      if (opened.label !== "control" || mine !== connection) return;
      channel = opened;
      channel.binaryType = "arraybuffer";
      for (const type of ["open", "close"]) channel.addEventListener(type, () => mine === connection && on.channel(type === "open"));
    });
  }

  function close() {
    round += 1;
    queue.hold();
    if (channel) channel.close();
    if (connection) connection.close();
    connection = channel = null;
  }

  return {
    offer,
    close,
    candidate(candidate) {
      findings.remote(candidate.candidate);
      queue.push(candidate);
    },
    get findings() {
      return findings.told;
    },
    get connection() {
      return connection;
    },
    get channel() {
      return channel;
    },
  };
}

/** A remote desk wants the newest frame, not a smooth one. */
function hurry(receiver) {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
  if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = 0;
}

function plain({ type, sdp }) {
  return { type, sdp };
}

/**
 * How the connection runs: `{relayed, rtt, failed, received}` (rtt in ms, null when unknown; failed is how many ways
 * were tried in vain), or null before it does.
 */
export async function measure(connection) {
  if (!connection || connection.connectionState !== "connected") return null;
  const report = await connection.getStats();
  let pair = null;
  let received = 0;
  let failed = 0;
  report.forEach((entry) => {
    if (entry.type === "candidate-pair" && entry.state === "failed") failed += 1;
    if (entry.type === "transport" && entry.selectedCandidatePairId) pair = report.get(entry.selectedCandidatePairId);
    if (entry.type === "inbound-rtp" && entry.kind === "video") received = entry.bytesReceived || 0;
  });
  report.forEach((entry) => {
    if (!pair && entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") pair = entry;
  });
  if (!pair) return null;
  const ends = [report.get(pair.localCandidateId), report.get(pair.remoteCandidateId)];
  const rtt = Number.isFinite(pair.currentRoundTripTime) ? Math.max(1, Math.round(pair.currentRoundTripTime * 1000)) : null;
  return { relayed: ends.some((end) => end && end.candidateType === "relay"), rtt, failed, received };
}
