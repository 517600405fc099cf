"""Candidates wait for their description; a helper's offer is answered, and a newer one takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

QUEUE = """(m) => {
  const added = [], queue = m.createQueue(3);
  const connection = { addIceCandidate: async (c) => { added.push(c); if (c === "bad") throw new Error(); } };
  ["a", "bad", "c", "too many"].forEach((c) => queue.push(c));
  const before = [...added];
  queue.open(connection);
  queue.push("d");
  const during = [...added];
  queue.hold();
  queue.push("e");
  return { before, during, after: added, waiting: queue.length };
}"""

# A helper of the browser's own: it offers a canvas as video and a data channel, over real connections.
CALL = """async () => {
  const { createPeer } = await import("/static/session/peer.js");
  const canvas = document.getElementById("tiles"), pen = canvas.getContext("2d");
  canvas.width = 320; canvas.height = 200;
  const paint = setInterval(() => { pen.fillStyle = "rgb(220,20,30)"; pen.fillRect(0, 0, 320, 200); }, 30);
  let helper = null, channel = null;
  const heard = { states: [], channel: [], streams: 0, messages: [], to: new Set() };
  const peer = createPeer({
    iceServers: () => [],
    send: { answer: (answer, to) => { heard.to.add(to); helper.setRemoteDescription(answer); },
            candidate: (c, to) => helper.addIceCandidate(c).catch(() => {}) },
    on: { stream: (s) => { heard.streams += 1; heard.stream = s; }, state: (s) => heard.states.push(s),
          channel: (open) => heard.channel.push(open) },
  });
  window.offer = async (from) => {
    helper?.close();
    helper = new RTCPeerConnection();
    channel = helper.createDataChannel("control");
    channel.onmessage = (event) => heard.messages.push(event.data);
    for (const track of canvas.captureStream(30).getTracks()) helper.addTrack(track);
    const early = new Promise((done) => { // all of them come before the offer is read
      helper.onicecandidate = ({ candidate }) => (candidate ? peer.candidate(candidate.toJSON()) : done());
    });
    await helper.setLocalDescription();
    await early;
    await peer.offer({ type: "offer", sdp: helper.localDescription.sdp.replace(/a=candidate.*\\r\\n/g, "") }, from);
  };
  window.heard = heard; window.peer = peer;
  window.until = async (probe) => { while (!probe()) await new Promise((done) => setTimeout(done, 20)); return true; };
}"""


def test_candidates_wait_for_the_description(run: Callable[..., Any]) -> None:
    told = run("peer", QUEUE)
    assert told["before"] == []
    assert told["during"] == ["a", "bad", "c", "d"], "in order, bounded, and a bad one stops nothing"
    assert told["after"] == told["during"] and told["waiting"] == 1


def test_an_offer_is_answered_and_the_channel_opens(page: Page) -> None:
    page.evaluate(CALL)
    page.evaluate("offer('helper-1')")
    assert page.evaluate("until(() => peer.channel && peer.channel.readyState === 'open')")
    assert page.evaluate("[...heard.to]") == ["helper-1"] and page.evaluate("heard.streams") == 1
    page.evaluate("peer.channel.send('hello')")
    assert page.evaluate("until(() => heard.messages.includes('hello'))")
    assert page.evaluate("peer.connection.getReceivers()[0].jitterBufferTarget ?? 0") == 0


def test_a_newer_offer_replaces_the_connection(page: Page) -> None:
    page.evaluate(CALL)
    page.evaluate("offer('helper-1').then(() => window.first = peer.connection)")
    page.evaluate("until(() => peer.channel && peer.channel.readyState === 'open')")
    page.evaluate("offer('helper-1')")
    assert page.evaluate("until(() => peer.channel && peer.channel.readyState === 'open')")
    assert page.evaluate("[first.connectionState, first !== peer.connection]") == ["closed", True]
    found = page.evaluate("import('/static/session/peer.js').then((m) => m.measure(peer.connection))")
    assert found["relayed"] is False and (found["rtt"] is None or found["rtt"] >= 1)


def test_a_broken_offer_is_told_as_failed(page: Page) -> None:
    page.evaluate(CALL)
    page.evaluate("peer.offer({ type: 'offer', sdp: 'nonsense' }, 'helper-1')")
    assert page.evaluate("heard.states") == ["failed"]
