"""What the processes of a site tell each other, through a real Redis that is killed, frozen, too small and lied to."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectassist.realtime import bus as buses
from connectassist.realtime import leading, post
from connectassist.realtime.bus import Bus
from tests.live.peers import Peer, wait_for
from tests.live.redis import Redis

#: What is promised after an outage, in seconds.
BACK = 10.0
Start = Callable[..., Peer]


@pytest.fixture
def start(redis_url: str) -> Iterator[Start]:
    """Start processes of one site."""
    made: list[Peer] = []
    secret = secrets.token_hex(20)

    def begin(*, url: str = redis_url, secret: str = secret, process: int = 0) -> Peer:
        made.append(Peer(url, secret=secret, process=process))
        return made[-1].start()
    yield begin
    for peer in made:
        peer.die()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that a test may harm."""
    started = Redis(tmp_path).start()
    yield started
    started.stop()


def together(*peers: Peer) -> None:
    wait_for(lambda: all(peer.sees(*(other for other in peers if other is not peer)) for peer in peers),
             what="they hear each other")


def test_what_clients_send_crowds_nobody_out() -> None:
    """One session's frames, however large and many, take nothing from what is said of all the others."""
    bus = Bus()
    bus.peers["another"], bus._script, bus._is_talking = 0, post.Script("known to none"), True
    assert bus.tell("order", {"first": True})
    sent = [bus.tell("frame", {"frame": "x" * 8_000_000}, to="another", gives_way=True) for _ in range(9)]
    assert sent == [True, True, True, *[False] * 6]
    assert bus.tell("order", {"last": True})
    assert (len(bus._post), bus.lost, bus._has_lost) == (5, 6, False)


def test_what_one_tells_the_others_hear_in_order(start: Start) -> None:
    first, second, third = start(), start(), start()
    together(first, second, third)
    for number in range(500):
        assert first.bus.tell("news", {"number": number})
    assert first.bus.tell("news", {"bytes": [{"deep": b"\x00\xff"}]}, to=second.bus.name)
    wait_for(lambda: len(second.heard) == 501 and len(third.heard) == 500)
    assert [said["number"] for said in third.heard] == list(range(500))
    assert second.heard[-1] == {"bytes": [{"deep": b"\x00\xff"}]}
    assert not first.heard and second.bus.heard > 500


def test_alone_nothing_is_told(start: Start) -> None:
    alone = Bus()
    assert alone.is_alone and not alone.is_cut and not alone.tell("news", {})
    only = start()
    assert only.bus.is_alone and not only.bus.tell("news", {}) and only.sees()


def test_the_newest_under_a_key_takes_the_place_of_what_waits() -> None:
    waiting = post.Post()
    for number, key in enumerate(("picture", None, "picture", "other", "picture")):
        waiting.put(str(number).encode(), to="b", key=key)
    waiting.put(b"elsewhere", to="c", key="picture")
    assert waiting.take() == [("b", [b"4", b"1", b"3"]), ("c", [b"elsewhere"])]
    waiting.put(b"5", to="b", key="picture")
    assert waiting.take() == [("b", [b"5"])], "what left already is not changed any more"


def test_more_than_may_wait_is_forgotten_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "MOST_BYTES", 10)
    waiting = post.Post()
    assert [waiting.put(b"12345", to=None) for _ in range(3)] == [0, 0, 3]
    assert waiting.take() == []


def test_a_new_process_knows_everything_when_it_begins(start: Start) -> None:
    first = start()
    for number in range(10_000):
        first.table.put(f"device-{number}", number)
    second = start()
    assert len(second.theirs(first)) == 10_000
    first.table.put("device-1", None)
    second.table.put("mine", True)
    wait_for(lambda: len(second.theirs(first)) == 9_999 and first.theirs(second) == {"mine": True})
    assert second.table.elsewhere("device-7") == {first.bus.name: 7}
    second.bus.leave()
    wait_for(lambda: not first.theirs(second) and first.bus.is_alone)


def test_after_an_outage_all_is_as_if_there_had_been_none(start: Start, own_redis: Redis) -> None:
    """Redis is killed while both talk, and comes back with nothing in it."""
    first, second = start(url=own_redis.url), start(url=own_redis.url, process=1)
    together(first, second)
    first.table.put("gone", 1)
    stop = threading.Event()

    def talk() -> None:
        while not stop.wait(0.001):
            first.bus.tell("news", {"text": "x" * 1000})
    threading.Thread(target=talk, daemon=True).start()
    wait_for(lambda: len(second.heard) > 50)
    own_redis.stop()
    wait_for(lambda: first.bus.is_cut and second.bus.is_cut)
    first.table.put("gone", None)
    first.table.put("new", 2)
    assert second.theirs(first) == {"gone": 1}, "as it was known last"
    assert not first.bus.tell("news", {}) and first.bus.lost
    own_redis.start()
    second.heard.clear()
    assert wait_for(lambda: second.theirs(first) == {"new": 2} and second.heard, within=BACK) < BACK
    stop.set()
    together(first, second)
    assert first.changes[:3] == [False, True, False] and first.changes[-1] is False


def test_a_redis_that_stands_still_holds_nobody_up(start: Start, own_redis: Redis) -> None:
    first, second = start(url=own_redis.url), start(url=own_redis.url)
    together(first, second)
    own_redis.freeze()
    first.table.put("meanwhile", 1)
    wait_for(lambda: first.bus.is_cut and second.bus.is_cut)
    assert first.bus.peers and not first.bus.tell("news", {}), "nobody is given up only as nothing is heard"
    own_redis.thaw()
    assert wait_for(lambda: second.theirs(first) == {"meanwhile": 1}, within=BACK) < BACK
    together(first, second)


def test_orders_reach_who_was_cut_off_and_are_followed_once(start: Start, own_redis: Redis) -> None:
    first, second = start(url=own_redis.url), start(url=own_redis.url)
    together(first, second)
    first.bus.tell("news", {"order": 1}, keep=True)
    wait_for(lambda: second.heard == [{"order": 1}])
    for order in (2, 3):
        own_redis.stop()
        wait_for(lambda: first.bus.is_cut and second.bus.is_cut)
        first.bus.tell("news", {"order": order}, keep=True)
        own_redis.start()
        wait_for(lambda wanted=order: {"order": wanted} in second.heard)
        together(first, second)
    assert second.heard == [{"order": 1}, {"order": 2}, {"order": 3}]


def test_who_reads_too_slowly_is_cut_off_by_redis_and_told_anew(start: Start, own_redis: Redis) -> None:
    client = own_redis.client()
    client.config_set("client-output-buffer-limit", "pubsub 3000000 0 0")
    client.config_set("maxmemory-clients", "0")
    first, second = start(url=own_redis.url), start(url=own_redis.url)
    together(first, second)
    holds = threading.Event()
    second.bus.hears("hold")(lambda said, sender: holds.wait(30))
    first.bus.tell("hold", {})
    for _ in range(200):
        first.bus.tell("news", {"text": "x" * 100_000})
        first.table.put("last", first.table.mine.get("last", 0) + 1)
    own = f"{second.bus.channel}:{second.bus.name}"
    wait_for(lambda: client.pubsub_numsub(own)[0][1] == 0, what="Redis has closed the line")
    holds.set()
    wait_for(lambda: second.theirs(first) == {"last": 200})
    assert len(second.heard) < 200 and second.changes[-2:] == [True, False]
    wait_for(lambda: second.bus.name in first.missed or True in first.changes, what="the other's pages fetch anew too")


def test_nonsense_on_the_channel_is_left_aside(start: Start, redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    first, second = start(), start()
    together(first, second)
    second.bus.hears("trouble")(lambda said, sender: 1 / 0)
    channel = second.bus._redis
    for nonsense in (b"", b"\x80\x04\x95", b"{}", b"[]", b'["x"]', b'["x",[["news"]]]', b'["x",[["news",7]]]',
                     b'[7,[["news",{}]]]', b'["' + b"x" * 80 + b'",[["news",{}]]]', b'["x",{"a":1}]', b"[[[[[[["):
        with caplog.at_level(logging.WARNING, buses.__name__):
            channel.publish(second.bus.channel, nonsense)
    first.bus.tell("trouble", {})
    first.bus.tell("unknown to them", {"from": "a newer version"})
    first.bus.tell("news", {"sense": True})
    wait_for(lambda: second.heard == [{"sense": True}])
    assert second.sees(first) and second.changes == [False]
    assert sum("makes no sense" in each.getMessage() for each in caplog.records) >= 11
    first.bus.tell("news", {"unsayable": 2**70})
    assert first.bus.lost == 1, "who passes that on hears nothing worse"


def test_two_sites_on_one_redis_know_nothing_of_each_other(start: Start) -> None:
    ours, theirs = start(), start(secret="of another site, also long enough")
    start()
    wait_for(lambda: len(ours.bus.peers) == 1)
    ours.bus.tell("news", {})
    assert theirs.sees() and not theirs.heard and ours.bus.channel != theirs.bus.channel


def test_who_dies_without_a_word_is_gone(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buses, "BEAT", 0.1)
    first, second = start(), start()
    together(first, second)
    second.table.put("held", 1)
    wait_for(lambda: first.theirs(second))
    second.die()
    wait_for(lambda: first.bus.is_alone and not first.theirs(second))


def test_who_was_given_up_wrongly_is_asked_for_all_it_holds(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stood still for a while knows nothing of having been given up."""
    first, second = start(), start()
    together(first, second)
    second.table.put("held", 1)
    wait_for(lambda: first.theirs(second))
    monkeypatch.setattr(first.bus, "_said_hello", 0.0)
    first.bus._part(second.bus.name, "is taken for gone")
    wait_for(lambda: first.sees(second) and first.theirs(second) == {"held": 1})


def test_one_leads_and_another_takes_over(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buses, "BEAT", 0.1)
    monkeypatch.setattr(leading, "LASTS", 1)
    first, second = start(process=1), start(process=0)
    together(first, second)
    assert first.lead.is_ours() and not second.lead.is_ours()
    first.bus.leave()
    wait_for(second.lead.is_ours)
    third = start(process=1)
    assert not third.lead.is_ours()
    second.die()
    wait_for(third.lead.is_ours)


def test_without_redis_at_the_start_the_first_leads_and_joins_later(start: Start, own_redis: Redis) -> None:
    own_redis.stop()
    first, second = start(url=own_redis.url), start(url=own_redis.url, process=1)
    assert first.bus.is_cut and first.lead.is_ours() and not second.lead.is_ours()
    first.table.put("mine", 1)
    own_redis.start()
    assert wait_for(lambda: second.theirs(first) == {"mine": 1}, within=BACK) < BACK
    wait_for(lambda: first.lead.is_ours() != second.lead.is_ours(), what="one of them leads")
