"""One session, its people at two processes of the site."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import PostgresTemplate
from tests.live.pair import Pair
from tests.live.redis import Redis
from tests.live.sitting import Sitting
from tests.live.sockets import Socket
from tests.stage.display import eventually

USUAL = ["view", "control", "clipboard", "files"]
SOON = 40


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
    folder = tmp_path_factory.mktemp("pair")
    copy = postgres_template.copy_to(folder)
    made = Pair(folder, database_url=copy["database_url"], redis=redis_server, cast=postgres_template.cast)
    yield made
    made.close()
    postgres_template.drop(copy)


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
    assert sat.emits(helper, "helper-capabilities", capabilities={}, displays=[{"index": 0}])["ok"]
    assert sat.emits(helper, "webrtc-offer", offer={"type": "offer", "sdp": "x"})["ok"]
    assert sat.emits(helper, "webrtc-ice-candidate", candidate={"candidate": "y"})["ok"]
    late = sat.technician("admin")
    assert late.heard("helper-capabilities")["displays"] == [{"index": 0}]
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


def test_fifty_times_at_the_same_moment(sat: Sitting2) -> None:
    """A helper and a technician who come at once find each other, and the picture the technician."""
    for socket in sat.both():
        assert sat.emits(socket, "leave-session")["ok"]
    with ThreadPoolExecutor(2) as pool:
        for number in range(50):
            if number % 25 == 0:  # a socket may do only so much in ten seconds
                technician, helper = sat.socket("technician_a"), sat.pair.servers[1].socket("device")
                sat.sockets.append(helper)
            helper.forget(), technician.forget()
            joining = [pool.submit(technician.join, sat.session_id, "technician"),
                       pool.submit(helper.join, sat.session_id, "helper", rights=USUAL)]
            assert [each.result()["ok"] for each in joining] == [True, True], number
            online = technician.heard("helper-status")["online"]
            if not online:
                technician.heard("helper-status", where=lambda d: d["online"])
            known = {"technicians-present": lambda d: technician.id in str(d),
                     "technician-joined": lambda d: d["technicianSocketId"] == technician.id}
            eventually(lambda: any(name in known and known[name](data) for name, data in list(helper._events)),
                       within=SOON, what=f"the technician's coming, at try {number}")
            answer = sat.emits(helper, "webrtc-offer", offer={"sdp": str(number)}, targetSocketId=technician.id)
            assert answer["ok"], answer
            assert technician.heard("webrtc-offer")["offer"]["sdp"] == str(number)
            for socket in (technician, helper):
                assert sat.emits(socket, "leave-session")["ok"]



def test_a_colleague_takes_over_from_the_other_process(sat: Sitting2) -> None:
    helper, technician = sat.both()
    http = sat.pair.servers[0].http("technician_a")
    colleague = next(each for each in http.get(f"/api/sessions/{sat.session_id}/colleagues").json()["colleagues"])
    made = http.post(f"/api/sessions/{sat.session_id}/invitations", json={"userId": colleague["id"],
                                                                          "kind": "handover"})
    assert made.status_code == 200, made.text
    successor = sat.technician("admin", 1)
    sat.server = sat.pair.servers[1]
    sat.allow(helper, USUAL, name="admin")
    sat.server = sat.pair.servers[0]
    assert technician.heard("session-handed-over")["technicianId"] == str(colleague["id"])
    sat.becomes((1, 0, True))
    assert sat.emits(technician, "chat-message", text="?")["error_code"] == "NOT_JOINED"
    assert sat.emits(successor, "remote-keyboard", type="keydown", key="b")["ok"]
    assert helper.heard("remote-keyboard")["key"] == "b"


def _hears_again(sat: Sitting2, helper: Socket, technician: Socket) -> None:
    """Wait until what is typed arrives."""
    def arrives() -> bool:
        helper.forget()
        sat.emits(technician, "remote-keyboard", type="keydown", key="r")
        sat.emits(technician, "no-such-event")
        return "remote-keyboard" in helper.names()
    eventually(arrives, within=SOON, what="keys at the helper")


def test_redis_goes_and_comes_back(sat: Sitting2) -> None:
    helper, technician = sat.both()
    assert sat.emits(technician, "viewer-state", viewing=True)["ok"]
    other = sat.technician("admin", 1)
    sat.becomes((2, 1, True))
    sat.pair.redis.stop()
    eventually(lambda: not sat.emits(technician, "remote-keyboard", type="keydown", key="a")["ok"], within=SOON,
               what="the technician told that the helper is out of reach")
    other.close()
    helper.heard("technician-left")
    assert sat.emits(helper, "consent-revoke", rights=["clipboard"])["ok"]
    late = sat.technician("admin")
    sat.pair.redis.start()
    eventually(lambda: "technicians-present" in helper.names(), within=SOON, what="who came while nothing was heard")
    assert late.id in str(helper.heard("technicians-present", where=lambda d: late.id in str(d)))
    assert technician.heard("consent-changed", where=lambda d: "clipboard" not in d["rights"])["rights"] == [
        "view", "control", "files"]
    sat.becomes((2, 1, True))
    _hears_again(sat, helper, technician)
    assert sat.emits(technician, "remote-clipboard", text="x")["error_code"] == "NOT_CONSENTED"
    assert sat.emits(helper, "webrtc-offer", offer={"sdp": "z"}, targetSocketId=technician.id)["ok"]
    assert technician.heard("webrtc-offer")["offer"]["sdp"] == "z"


def test_ended_while_nothing_is_heard(sat: Sitting2) -> None:
    helper, technician = sat.both()
    sat.pair.redis.stop()
    eventually(lambda: not sat.emits(technician, "remote-keyboard", type="keydown", key="a")["ok"], within=SOON,
               what="the technician told that the helper is out of reach")
    assert sat.emits(helper, "session-stop")["ok"]
    sat.pair.redis.start()
    assert technician.heard("session-ended")["by"] == "customer"
    eventually(lambda: sat.emits(technician, "chat-message", text="?").get("error_code") == "NOT_JOINED",
               within=SOON, what="no seat any more")


def test_a_process_dies(sat: Sitting2, pair: Pair) -> None:
    """Whoever was at the other one hears of it, the rows say so, and people come back there."""
    other = Sitting2(pair)
    helper, technician = sat.both()
    lost, left = other.helper(0), other.technician(number=1)
    other.server = pair.servers[1]
    assert sat.emits(technician, "viewer-state", viewing=True)["ok"]
    sat.becomes((1, 1, True))
    pair.servers[0].kill()
    sat.server = pair.servers[1]
    gone = helper.heard("technician-left")
    assert gone["technicianName"] == "Tina Acme"
    left.heard("helper-status", where=lambda d: not d["online"])
    eventually(lambda: "technician_left" in sat.timeline(), within=SOON, what="the technician's end in the timeline")
    row = "select status, viewing_since is null from sessions where session_id = :i"
    eventually(lambda: sat.server.sql(row, i=sat.session_id) == [("connected", True)], within=SOON, what="the row")
    eventually(lambda: sat.server.sql(row, i=other.session_id) == [("waiting", True)], within=SOON, what="the other")
    assert lost.heard("disconnect") == {}
    technician, again = sat.technician(number=1), other.helper(1)
    left.heard("helper-status", where=lambda d: d["online"])
    _hears_again(sat, helper, technician)
    other.close(), again.close()
