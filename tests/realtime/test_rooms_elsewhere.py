"""One session, its people at two processes of the site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PostgresTemplate
from tests.live.redis import Redis
from tests.live.server import Server
from tests.live.sitting import Asking, Sitting
from tests.live.sockets import Socket
from tests.stage.display import eventually

USUAL = ["view", "control", "clipboard", "files"]
SOON = 40


class Pair:
    """Two server processes of one site, one on each engine, and their Redis."""

    def __init__(self, folder: Path, template: PostgresTemplate, redis: Redis) -> None:
        self.redis, self._template = redis, template
        self.copy = template.copy_to(folder)
        self.settings = {"database_url": self.copy["database_url"], "redis_url": redis.url, "processes": 2,
                         "instance": folder / "instance"}
        self.servers: list[Server] = []
        for number, engine in enumerate(("eventlet", "gevent")):
            place = folder / str(number)
            place.mkdir()
            program = ("app.py",) if number == 0 else ("app.py", "--has-company")
            self.servers.append(Server(place, cast=template.cast, program=program, process=number,
                                       async_mode=engine, **self.settings))
            self.servers[-1].start()

    def close(self) -> None:
        for server in self.servers:
            server.stop()
        self._template.drop(self.copy)


class Sitting2(Sitting):
    """A session whose helper is at the second process, and whose technicians are at the first unless they say so."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(pair.servers[0])
        self.pair = pair

    def at(self, number: int, name: str, role: str, **more: Any) -> Socket:
        """A member of the cast, joined at a process."""
        self.sockets.append(self.pair.servers[number].socket(name))
        answer = self.sockets[-1].join(self.session_id, role, **more)
        assert answer["ok"], answer
        self.sockets[-1].answer = answer
        return self.sockets[-1]

    def helper(self, number: int = 1, **more: Any) -> Socket:
        return self.at(number, "device", "helper", **more)

    def technician(self, name: str = "technician_a", number: int = 0) -> Socket:
        return self.at(number, name, "technician")

    def both(self, rights: list[str] = USUAL) -> tuple[Socket, Socket]:
        """Helper and technician, who may what `rights` say."""
        helper, technician = self.helper(), self.technician()
        helper.heard("technician-joined")
        self.allow(helper, rights)
        technician.heard("consent-changed")
        return helper, technician

    def rows(self) -> list[dict[str, Any]]:
        """The session as each process' list shows it."""
        return [next(row for row in server.http("technician_a").get("/api/sessions?all=1").json()["sessions"]
                     if row["session_id"] == self.session_id) for server in self.pair.servers]

    def counts(self) -> list[tuple[int, int, bool]]:
        return [(row["active_technicians"], row["viewing_technicians"], row["helper_connected"]) for row in self.rows()]

    def becomes(self, count: tuple[int, int, bool]) -> None:
        """Wait until both processes' lists show so many."""
        eventually(lambda: self.counts() == [count, count], within=SOON, what=f"{count} in both lists")

    def timeline(self) -> list[str]:
        found = self.server.http("technician_a").get(f"/api/sessions/{self.session_id}/timeline").json()
        return [event["kind"] for event in found["timeline"]]

    def emits(self, socket: Socket, name: str, **data: Any) -> dict[str, Any]:
        return socket.call(name, {"sessionId": self.session_id, **data})


@pytest.fixture(scope="module")
def pair(postgres_template: PostgresTemplate, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory,
         ) -> Iterator[Pair]:
    made = Pair(tmp_path_factory.mktemp("pair"), postgres_template, redis_server)
    yield made
    made.close()


@pytest.fixture
def sat(pair: Pair) -> Iterator[Sitting2]:
    made = Sitting2(pair)
    yield made
    made.close()


def test_they_find_each_other(sat: Sitting2) -> None:
    helper = sat.helper()
    technician = sat.technician()
    assert technician.heard("helper-status")["online"] is True
    assert helper.heard("technician-joined")["technicianSocketId"] == technician.id
    sat.becomes((1, 0, True))
    left = technician.id
    technician.close()
    assert helper.heard("technician-left")["technicianSocketId"] == left
    sat.becomes((0, 0, True))


def test_asked_in_one_answered_in_the_other(sat: Sitting2) -> None:
    helper, technician = sat.both()
    assert sat.emits(technician, "viewer-state", viewing=True)["ok"]
    sat.becomes((1, 1, True))
    assert [row["rights"] for row in sat.rows()] == [USUAL, USUAL]


def test_mouse_keyboard_and_answers(sat: Sitting2) -> None:
    helper, technician = sat.both()
    technician.emit("remote-mouse", {"sessionId": sat.session_id, "type": "mousemove", "x": 0.5, "y": 0.5})
    technician.emit("remote-mouse", {"sessionId": sat.session_id, "type": "mousedown", "x": 0.5, "y": 0.5, "button": 0})
    assert sat.emits(technician, "remote-keyboard", type="keydown", key='"ß\\')["ok"]
    assert helper.heard("remote-mouse", where=lambda d: d["type"] == "mousedown")["from"] == technician.id
    assert helper.heard("remote-keyboard")["key"] == '"ß\\'
    helper.emit("list-remote-dir-result", {"sessionId": sat.session_id, "entries": [], "path": "ü"})
    assert technician.heard("list-remote-dir-result")["path"] == "ü"
    assert sat.emits(helper, "screen-frame", targetSocketId=technician.id, data=b"\x00tile\xff", seq=1)["ok"]
    assert technician.heard("screen-frame")["data"] == b"\x00tile\xff"
    technician.emit("screen-ack", {"sessionId": sat.session_id, "seq": 1})
    assert helper.heard("screen-ack")["seq"] == 1
    assert sat.emits(technician, "chat-message", text="Hello")["ok"]
    assert helper.heard("chat-message")["text"] == "Hello"


def test_the_picture_finds_whoever_comes_late(sat: Sitting2) -> None:
    helper, technician = sat.both()
    assert sat.emits(helper, "helper-capabilities", capabilities={"displays": [{"index": 0}]})["ok"]
    assert sat.emits(helper, "webrtc-offer", offer={"type": "offer", "sdp": "x"})["ok"]
    assert sat.emits(helper, "webrtc-ice-candidate", candidate={"candidate": "y"})["ok"]
    late = sat.technician("admin")
    assert late.heard("helper-capabilities")["capabilities"]["displays"] == [{"index": 0}]
    monitors = sat.pair.servers[0].http("technician_a").get(f"/api/monitors/session/{sat.session_id}").json()
    assert len(monitors["monitors"]) == 1
    sat.allow(helper, USUAL, name="admin")
    assert late.heard("webrtc-offer")["offer"]["sdp"] == "x"
    assert late.heard("webrtc-ice-candidate")["candidate"] == {"candidate": "y"}


def test_what_is_taken_back_is_gone_at_once(sat: Sitting2) -> None:
    helper, technician = sat.both()
    assert sat.emits(helper, "consent-revoke", rights=["control"])["ok"]
    technician.emit("remote-mouse", {"sessionId": sat.session_id, "type": "mousedown", "x": 0.5, "y": 0.5, "button": 0})
    technician.heard("consent-changed")
    assert sat.emits(technician, "remote-mouse", type="mousedown", x=0.5, y=0.5)["error_code"] == "NOT_CONSENTED"
    assert helper.heard_nothing_of("remote-mouse")


def test_removed_by_the_customer(sat: Sitting2) -> None:
    helper, technician = sat.both()
    other = sat.technician("admin")
    assert sat.emits(helper, "technician-remove", technicianId=helper.heard(
        "technician-joined", where=lambda d: d["technicianSocketId"] == other.id)["technicianId"])["ok"]
    other.heard("technician-removed")
    sat.becomes((1, 0, True))
    assert sat.emits(other, "chat-message", text="?")["error_code"] == "NOT_JOINED"


@pytest.mark.parametrize("number", [0, 1])
def test_ended_over_http_anywhere(sat: Sitting2, number: int) -> None:
    helper, technician = sat.both()
    assert sat.pair.servers[number].http("technician_a").delete(f"/api/sessions/{sat.session_id}").status_code == 200
    for socket in (helper, technician):
        assert socket.heard("session-ended")["by"] == "technician"
        eventually(lambda s=socket: sat.emits(s, "chat-message", text="?").get("error_code") == "NOT_JOINED",
                   within=SOON, what="no seat any more")


def test_stopped_by_the_customer_while_somebody_asks(sat: Sitting2) -> None:
    helper, _ = sat.helper(), sat.technician()
    asking = sat.ask(USUAL)
    helper.heard("connection-request")
    assert sat.emits(helper, "session-stop")["ok"]
    assert asking.answer()["approved"] is False


def test_a_helper_that_comes_back_at_the_other_process(sat: Sitting2) -> None:
    helper, technician = sat.both()
    newer = sat.helper(0, rights=USUAL)
    helper.heard("disconnect")
    sat.becomes((1, 0, True))
    assert newer.answer["rights"] == USUAL
    assert sat.emits(technician, "remote-keyboard", type="keydown", key="a")["ok"]
    assert newer.heard("remote-keyboard")["key"] == "a"


def test_two_ask_at_two_processes(sat: Sitting2) -> None:
    helper = sat.helper()
    sat.technician(), sat.technician("admin", 1)
    first = sat.ask(["view"])
    shown = helper.heard("connection-request")
    sat.server = sat.pair.servers[1]
    second = sat.ask(["view"], name="admin")
    sat.server = sat.pair.servers[0]
    eventually(lambda: len([e for e in sat.timeline() if e == "consent_asked"]) == 2, within=SOON, what="both asked")
    assert "connection-request" not in helper.names()
    assert sat.emits(helper, "approval-response", approved=False, requestId=shown["requestId"])["ok"]
    assert first.answer()["approved"] is False
    assert helper.heard("connection-request")["requestId"] != shown["requestId"]
    assert sat.emits(helper, "approval-response", approved=True)["ok"]
    assert second.answer()["approved"] is True
