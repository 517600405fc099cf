"""Who is online in a site of several processes: each knows all devices, and of each change one tells."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from connectassist.realtime import bus as buses
from connectassist.realtime import leading, once
from tests.live.peers import Peer, wait_for


@pytest.fixture
def start(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Peer]]:
    """Start processes of one site whose time runs ten times as fast."""
    monkeypatch.setattr(buses, "BEAT", 0.1)
    monkeypatch.setattr(leading, "LASTS", 1)
    monkeypatch.setattr(once, "AGAIN", 0.3)
    monkeypatch.setattr(once, "PAUSE", 0.05)
    made: list[Peer] = []
    secret = secrets.token_hex(20)

    def begin() -> Peer:
        made.append(Peer(redis_url, secret=secret, process=len(made)))
        return made[-1].start()
    yield begin
    for peer in made:
        peer.die()


@pytest.fixture
def site(start: Callable[[], Peer]) -> list[Peer]:
    """Three processes."""
    made = [start(), start(), start()]
    wait_for(lambda: all(len(each.bus.peers) == 2 for each in made))
    return made


def all_see(peers: list[Peer], device_id: str, *, online: bool, has_helper: bool | None = None) -> None:
    wait_for(lambda: all(each.presence.is_online(device_id) is online for each in peers))
    if has_helper is not None:
        wait_for(lambda: all(each.presence.has_helper(device_id) is has_helper for each in peers))


def all_told(peers: list[Peer]) -> list[str]:
    return [said for each in peers for said in each.told]


def test_all_know_and_the_one_with_the_socket_tells(site: list[Peer]) -> None:
    first, second, _ = site
    first.presence.arrive("pc", "1", is_helper=False)
    all_see(site, "pc", online=True, has_helper=False)
    second.presence.arrive("pc", "2")
    all_see(site, "pc", online=True, has_helper=True)
    first.presence.depart("pc", "1")
    wait_for(lambda: not second.presence._devices.elsewhere("pc"))
    all_see(site, "pc", online=True)
    assert (first.presence.online_here(), second.presence.online_here()) == ([], ["pc"])
    second.presence.depart("pc", "2")
    all_see(site, "pc", online=False)
    assert first.told == ["pc online"]
    assert second.told == ["pc online", "pc offline"], "the first for its helper"
    assert site[2].told == []


def test_a_fleet_that_comes_at_once_is_known_and_told_of_once(site: list[Peer]) -> None:
    first = site[0]
    for number in range(10_000):
        first.presence.arrive(f"pc-{number}", "1")
    wait_for(lambda: all(len(each.presence.online()) == 10_000 for each in site))
    assert [len(each.told) for each in site] == [10_000, 0, 0]
    assert first.bus.told < 200, "gathered"


def test_what_a_crash_took_along_is_told_by_the_one_that_leads(site: list[Peer]) -> None:
    dead = next(each for each in site if each.lead.is_ours())
    left = [each for each in site if each is not dead]
    dead.presence.arrive("lost", "1")
    dead.presence.arrive("elsewhere too", "2")
    left[0].presence.arrive("elsewhere too", "3")
    all_see(site, "lost", online=True)
    all_see(site, "elsewhere too", online=True)
    dead.die()
    all_see(left, "lost", online=False)
    wait_for(lambda: all_told(left).count("lost offline"))
    wait_for(lambda: not any(each.presence._once._orphans for each in left if each.lead.is_ours()))
    assert all_told(left).count("lost offline") == 1
    assert "elsewhere too offline" not in all_told(left)


def test_two_that_change_at_the_same_moment_come_to_the_truth(site: list[Peer]) -> None:
    """A device moves from one to the other, and neither has heard of the other's part yet."""
    first, second, _ = site
    first.presence.arrive("pc", "1")
    all_see(site, "pc", online=True)
    second.presence.arrive("pc", "2")
    assert second.told == []
    first.presence.depart("pc", "1")  # it may have heard of the other one, or not
    all_see(site, "pc", online=True)
    wait_for(lambda: not any(each.presence._once._doubtful for each in site))
    assert first.told[0] == "pc online"
    assert "pc offline" not in first.told or "pc online" in second.told
    second.presence.arrive("pair", "1")
    first.presence.arrive("pair", "2")
    all_see(site, "pair", online=True)
    wait_for(lambda: not any(each.presence._once._doubtful for each in site))
    first.presence.depart("pair", "2")
    second.presence.depart("pair", "1")
    all_see(site, "pair", online=False)
    wait_for(lambda: "pair offline" in all_told(site))


def test_who_leaves_takes_its_devices_along_at_once(site: list[Peer]) -> None:
    leaver = next(each for each in site if not each.lead.is_ours())
    left = [each for each in site if each is not leaver]
    leaver.presence.arrive("pc", "1")
    all_see(site, "pc", online=True)
    leaver.bus.leave()
    all_see(left, "pc", online=False)
    wait_for(lambda: all_told(left) == ["pc offline"])


def test_what_was_told_while_nobody_else_could_hear_it_is_told_again(site: list[Peer]) -> None:
    first, second, _ = site
    first.bus._note(is_cut=True)
    second.presence.arrive("elsewhere", "1")
    first.presence.arrive("meanwhile", "2")
    assert first.told == ["meanwhile online"]
    all_see(site, "meanwhile", online=True)
    wait_for(lambda: first.told == ["meanwhile online"] * 2)
    assert all_told(site[1:]) == ["elsewhere online"]


def test_who_was_taken_for_gone_comes_back_with_its_devices(site: list[Peer]) -> None:
    """It was cut off for longer than the others wait, and its devices were told to be offline."""
    back = next(each for each in site if not each.lead.is_ours())
    left = [each for each in site if each is not back]
    back.presence.arrive("pc", "1")
    all_see(site, "pc", online=True)
    for each in left:
        each.bus._part(back.bus.name, "is taken for gone")
    wait_for(lambda: "pc offline" in all_told(left) or all(each.presence.is_online("pc") for each in left))
    wait_for(lambda: all(back.bus.name in each.missed for each in left), what="pages fetch anew")
    all_see(site, "pc", online=True)
    wait_for(lambda: all_told(left)[-1:] == ["pc online"])
    assert back.told == ["pc online"]
