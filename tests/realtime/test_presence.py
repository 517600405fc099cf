"""Who is online: silence counts long before a socket is given up, and ends with the next answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from connectassist.realtime.pings import TICK, Pings
from connectassist.realtime.presence import Presence
from tests.live.server import Server
from tests.live.sockets import Socket
from tests.stage.proxy import Proxy

PATIENCE = 40


def line() -> SimpleNamespace:
    return SimpleNamespace(devices=set(), is_silent=False)


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def presence(heard: list[str]) -> Presence:
    made = Presence()
    made.on_change.append(lambda device_id: heard.append(f"{device_id} {made.is_online(device_id)}"))
    return made


def test_a_device_is_online_while_one_of_its_sockets_answers(presence: Presence, heard: list[str]) -> None:
    first, second = line(), line()
    presence.arrive("pc", "1", line=first)
    presence.arrive("pc", "2", line=second)
    first.is_silent = True
    presence.heard(first)
    assert heard == ["pc True"]
    second.is_silent = True
    presence.heard(second)
    assert (heard.pop(), presence.online()) == ("pc False", [])
    first.is_silent = False
    presence.heard(first)
    assert heard.pop() == "pc True"
    presence.depart("pc", "1")
    assert heard.pop() == "pc False", "the other one is silent still"
    presence.depart("pc", "2")
    presence.depart("pc", "2")
    assert (heard, first.devices, second.devices) == (["pc True"], set(), set())


def test_a_device_that_takes_commands_only_has_no_helper(presence: Presence, heard: list[str]) -> None:
    helper = line()
    presence.arrive("pc", "heartbeats", is_helper=False)
    presence.arrive("pc", "heartbeats", is_helper=False)
    assert (presence.is_online("pc"), presence.has_helper("pc"), heard) == (True, False, ["pc True"])
    presence.arrive("pc", "agent", line=helper)
    assert (presence.has_helper("pc"), heard) == (True, ["pc True", "pc True"]), "pages hear that there is a helper now"
    helper.is_silent = True
    presence.heard(helper)
    assert (presence.is_online("pc"), presence.has_helper("pc")) == (True, False)
    helper.is_silent = False
    presence.heard(helper)
    presence.depart("pc", "heartbeats")
    assert (presence.is_online("pc"), presence.has_helper("pc")) == (True, True)
    presence.depart("pc", "agent")
    assert (presence.is_online("pc"), presence.has_helper("pc")) == (False, False)


def test_two_sockets_on_one_line_stand_for_it_until_both_are_gone(presence: Presence) -> None:
    shared = line()
    presence.arrive("pc", "default", line=shared)
    presence.arrive("pc", "agent", line=shared)
    presence.depart("pc", "default")
    assert shared.devices == {"pc"}
    presence.depart("pc", "agent")
    assert (shared.devices, presence.is_online("pc")) == (set(), False)


def test_a_socket_without_a_line_counts_while_it_is_there(presence: Presence, heard: list[str]) -> None:
    presence.arrive("pc", "1")
    presence.depart("pc", "1")
    presence.depart("nobody", "1")
    assert heard == ["pc True", "pc False"]


def test_time_in_which_the_server_could_not_hear_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now, looks = [100.0], []
    monkeypatch.setattr("connectassist.realtime.pings.clock.monotonic", lambda: now[0])
    pings = Pings(sleep=lambda seconds: None)
    pings.expect(SimpleNamespace(beat=lambda: looks.append(pings.time) or 2.0), 2.0)
    now[0] += 30
    pings.turn()
    assert not looks, "nobody is to blame for a server that stood still"
    for _ in range(40):
        now[0] += TICK
        pings.turn()
    assert [round(at, 2) for at in looks] == [2.0, 4.0]


class Cabled:
    """A device whose socket goes through a network that can fail, and a technician who is told of it."""

    def __init__(self, server: Server, namespace: str) -> None:
        self.device_id, self.proxy = f"cable-{uuid.uuid4().hex[:8]}", Proxy(server.port)
        secret = server.http().post("/api/devices/register", json={"deviceId": self.device_id}).json()["deviceSecret"]
        self.technician, self.dashboard = server.socket("admin"), server.socket("admin", namespace="/it")
        self.socket = Socket(self.proxy.url, auth={"deviceId": self.device_id, "deviceSecret": secret},
                             namespace=namespace)

    def told(self, status: str) -> None:
        """Both kinds of dashboards hear that the device is online, or offline."""
        self.technician.heard("device-updated", within=PATIENCE, where=lambda told: (
            told["deviceId"], told.get("status")) == (self.device_id, status))
        self.dashboard.heard("device_status_changed", within=PATIENCE, where=lambda told: (
            told["deviceId"], told["status"]) == (self.device_id, status))

    def close(self) -> None:
        for socket in (self.socket, self.technician, self.dashboard):
            socket.close()
        self.proxy.close()


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def patient(request: pytest.FixtureRequest, servers: Callable[..., Server]) -> Server:
    """A server that gives no socket up while these tests run, but tells of silence soon."""
    return servers(async_mode=request.param, ping_timeout=120, offline_seconds=2)


@pytest.fixture(params=["/", "/agent"])
def cabled(request: pytest.FixtureRequest, patient: Server) -> Iterator[Cabled]:
    made = Cabled(patient, request.param)
    yield made
    made.close()


def test_a_cut_cable_shows_and_a_mended_one_too_while_the_socket_stays(cabled: Cabled) -> None:
    cabled.told("online")
    cabled.proxy.cut()
    cabled.told("offline")
    cabled.proxy.heal()
    cabled.told("online")
    assert cabled.socket.call("no-such-event", {})["error_code"] == "UNKNOWN_EVENT", "it is the same socket"
