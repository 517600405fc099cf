"""What the connection doctor says, and where its findings come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

NONE = {"host": 0, "srflx": 0, "relay": 0}
BOTH = {"here": {"host": 2, "srflx": 1, "relay": 1}, "there": {"host": 1, "srflx": 0, "relay": 1}, "errors": [],
        "relays": 2, "stun": 0}
FACTS = {"transport": "webrtc", "forced": False, "reason": "", "rtt": 12, "relayed": False, "failed": 0,
         "findings": BOTH}
TILES = {**FACTS, "transport": "tiles", "rtt": 80, "forced": True, "reason": "No picture came over WebRTC"}


@pytest.mark.parametrize(("facts", "label", "words"), [
    (FACTS, "Direct · 12 ms", "Nothing to do"),
    ({**FACTS, "relayed": True, "failed": 3}, "Relayed · 12 ms", "3 ways were tried in vain"),
    ({**FACTS, "rtt": None}, "Direct", "2 own addresses, 1 public address and a relay"),
    ({**TILES, "forced": False}, "Tiles · 80 ms", "as chosen"),
    (TILES, "Tiles · 80 ms", "check the relay's log"),
    ({**TILES, "findings": {**BOTH, "relays": 0}}, "Tiles · 80 ms", "CONNECTASSIST_TURN_URLS"),
    ({**TILES, "findings": {**BOTH, "there": NONE}}, "Tiles · 80 ms", "customer's computer did not reach the relay"),
    ({**TILES, "findings": {**BOTH, "here": NONE, "errors": [{"url": "turn:r.example:3478", "code": 701}]}},
     "Tiles · 80 ms", "turn:r.example:3478 did not answer"),
    ({**TILES, "findings": {**BOTH, "here": NONE, "there": NONE, "errors": [{"url": "turn:r.example", "code": 401}]}},
     "Tiles · 80 ms", "its secret or its clock differs"),
])
def test_the_way_its_reason_and_what_to_try(run: Callable[..., Any], facts: dict, label: str, words: str) -> None:
    told = run("doctor", "(m, facts) => m.diagnose(facts)", facts)
    assert told["label"] == label
    assert words in " ".join([told["headline"], *(p["text"] for p in told["points"]), told["advice"]])


def test_candidates_are_counted_by_their_kind_and_nonsense_is_passed_over(run: Callable[..., Any]) -> None:
    told = run("findings", """(m) => {
      const f = m.createFindings();
      f.begin([{ urls: ["turn:a", "turns:b"] }, { urls: "stun:c" }]);
      f.local("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host");
      f.local("candidate:2 1 tcp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0");
      for (const bad of [null, 7, "typ host", "candidate:1 1 udp 1 a 1 typ constructor"]) f.local(bad);
      f.offered("v=0\\r\\na=candidate:1 1 udp 1 192.0.2.9 1 typ srflx\\r\\nm=video");
      f.remote("candidate:1 1 udp 1 abc.local 1 typ host");
      for (let i = 0; i < 3; i += 1) f.failed({ url: "turn:a?transport=udp", errorCode: 701 });
      return f.told;
    }""")
    assert told == {"here": {"host": 1, "srflx": 0, "relay": 1}, "there": {"host": 1, "srflx": 1, "relay": 0},
                    "relays": 2, "stun": 1, "errors": [{"url": "turn:a", "code": 701}]}


def test_relays_are_asked_for_again_at_half_of_their_time(run: Callable[..., Any]) -> None:
    told = run("relays", """async (m) => {
      let at = 0, asked = 0, up = true;
      const ask = async () => {
        asked += 1;
        if (!up) throw new Error();
        return { servers: [{ urls: `turn:${asked}` }], ttl: 100 };
      };
      const relays = m.createRelays({ sessionId: "AAA-111-AAA", ask, now: () => at });
      const seen = [];
      for (const [moment, works] of [[0, true], [49_000, true], [51_000, true], [102_000, false], [103_000, true]]) {
        [at, up] = [moment, works];
        seen.push((await relays.servers())[0].urls);
      }
      return seen;
    }""")
    assert told == ["turn:1", "turn:1", "turn:2", "turn:2", "turn:4"], "an old list is better than none"
