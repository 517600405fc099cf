"""One session, its people at two processes of the site."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import PostgresTemplate
from tests.live.pair import SOON, Pair, PairSitting
from tests.live.pair import USUAL as RIGHTS
from tests.live.redis import Redis
from tests.live.sockets import Socket
from tests.stage.display import eventually

USUAL = [*RIGHTS]


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
def sat(pair: Pair) -> Iterator[PairSitting]:
    made = PairSitting(pair)
    yield made
    made.close()


def test_they_find_each_other(sat: PairSitting) -> None:
    helper = sat.helper()
    technician = sat.technician()
    assert technician.heard("helper-status")["online"] is True
    assert helper.heard("technician-joined")["technicianSocketId"] == technician.id
    sat.becomes((1, 0, True))
    left = technician.id
    technician.close()
    assert helper.heard("technician-left")["technicianSocketId"] == left
    sat.becomes((0, 0, True))


def test_asked_in_one_answered_in_the_other(sat: PairSitting) -> None:
    _helper, technician = sat.both()
    assert sat.emits(technician, "viewer-state", viewing=True)["ok"]
    sat.becomes((1, 1, True))
    assert [row["rights"] for row in sat.rows()] == [USUAL, USUAL]


def test_mouse_keyboard_and_answers(sat: PairSitting) -> None:
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


def test_the_picture_finds_whoever_comes_late(sat: PairSitting) -> None:
    helper, _technician = sat.both()
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


def test_what_is_taken_back_is_gone_at_once(sat: PairSitting) -> None:
    helper, technician = sat.both()
    assert sat.emits(helper, "consent-revoke", rights=["control"])["ok"]
    technician.emit("remote-mouse", {"sessionId": sat.session_id, "type": "mousedown", "x": 0.5, "y": 0.5, "button": 0})
    technician.heard("consent-changed")
    assert sat.emits(technician, "remote-mouse", type="mousedown", x=0.5, y=0.5)["error_code"] == "NOT_CONSENTED"
    assert helper.heard_nothing_of("remote-mouse")


def _clicks(technician: Socket, click: dict[str, Any]) -> None:
    """Click on and on, until it is refused."""
    for _ in range(10_000):
        technician.emit("remote-mouse", click)
        if "event-error" in technician.names():
            return
        time.sleep(0.002)


def test_in_a_stream_of_clicks_none_arrives_after_the_customers_no(sat: PairSitting) -> None:
    helper, technician = sat.both()
    click = {"sessionId": sat.session_id, "type": "mousedown", "x": 0.5, "y": 0.5, "button": 0}
    with ThreadPoolExecutor() as pool:
        pool.submit(_clicks, technician, click)
        helper.heard("remote-mouse")
        assert sat.emits(helper, "consent-revoke", rights=["control"])["rights"] == ["view", "clipboard", "files"]
        helper.forget()
    assert sat.emits(technician, "chat-message", text="still here")["ok"]
    helper.heard("chat-message")
    assert "remote-mouse" not in helper.names()


def test_removed_by_the_customer(sat: PairSitting) -> None:
    helper, _technician = sat.both()
    other = sat.technician("admin")
    assert sat.emits(helper, "technician-remove", technicianId=helper.heard(
        "technician-joined", where=lambda d: d["technicianSocketId"] == other.id)["technicianId"])["ok"]
    other.heard("technician-removed")
    sat.becomes((1, 0, True))
    assert sat.emits(other, "chat-message", text="?")["error_code"] == "NOT_JOINED"


@pytest.mark.parametrize("number", [0, 1])
def test_ended_over_http_anywhere(sat: PairSitting, number: int) -> None:
    helper, technician = sat.both()
    assert sat.pair.servers[number].http("technician_a").delete(f"/api/sessions/{sat.session_id}").status_code == 200
    for each in (helper, technician):
        assert each.heard("session-ended")["by"] == "technician"
        eventually(lambda s=each: sat.emits(s, "chat-message", text="?").get("error_code") == "NOT_JOINED",
                   within=SOON, what="no seat any more")


def test_stopped_by_the_customer_while_somebody_asks(sat: PairSitting) -> None:
    helper, _ = sat.helper(), sat.technician()
    asking = sat.ask(USUAL)
    helper.heard("connection-request")
    assert sat.emits(helper, "session-stop")["ok"]
    assert asking.answer()["approved"] is False


def test_a_helper_that_comes_back_at_the_other_process(sat: PairSitting) -> None:
    helper, technician = sat.both()
    newer = sat.helper(0, rights=USUAL)
    helper.heard("disconnect")
    sat.becomes((1, 0, True))
    assert sat.answer["rights"] == USUAL
    assert sat.emits(technician, "remote-keyboard", type="keydown", key="a")["ok"]
    assert newer.heard("remote-keyboard")["key"] == "a"


def test_two_ask_at_two_processes(sat: PairSitting) -> None:
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


def test_fifty_times_at_the_same_moment(sat: PairSitting, pair: Pair) -> None:
    """A helper and a technician who come at once find each other, and the picture the technician."""
    for each in sat.both():
        assert sat.emits(each, "leave-session")["ok"]
    with ThreadPoolExecutor(2) as pool:
        for number in range(50):
            if number % 25 == 0:  # a socket may do only so much in ten seconds
                technician, helper = sat.socket("technician_a"), pair.servers[1].socket("device")
                sat.sockets.append(helper)
            joining = [pool.submit(technician.join, sat.session_id, "technician"),
                       pool.submit(helper.join, sat.session_id, "helper", rights=USUAL)]
            assert [each.result()["ok"] for each in joining] == [True, True], number
            _meet(sat, technician, helper)
            offer = {"offer": {"sdp": str(number)}, "targetSocketId": technician.id}
            assert sat.emits(helper, "webrtc-offer", **offer)["ok"]
            assert technician.heard("webrtc-offer")["offer"]["sdp"] == str(number)
            for each in (technician, helper):
                assert sat.emits(each, "leave-session")["ok"]
                each.forget()


def _meet(sat: PairSitting, technician: Socket, helper: Socket) -> None:
    """Wait until both have been told of each other."""
    if not technician.heard("helper-status")["online"]:
        technician.heard("helper-status", where=lambda d: d["online"])
    eventually(lambda: technician.id in str([data for name, data in list(helper._events) if name in (
        "technicians-present", "technician-joined")]), within=SOON, what="the technician's coming")


def test_a_colleague_takes_over_from_the_other_process(sat: PairSitting) -> None:
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


def _shares(sat: PairSitting, browser: Socket) -> None:
    tina = sat.server.cast["technician_a"].user_id
    assert browser.call("share-start", {"technicians": [str(tina)]})["rights"] == ["view"]


def test_a_helper_takes_over_from_a_browser_at_the_other_process(sat: PairSitting) -> None:
    sat = sat.another()
    browser, technician = sat.browser(0), sat.technician(number=1)
    browser.heard("technician-joined")
    _shares(sat, browser)
    technician.heard("consent-changed", where=lambda d: d["rights"] == ["view"])
    helper = sat.at(1, "nobody", "helper", rights=[])
    browser.heard("peer-joined", where=lambda d: d["role"] == "helper")
    assert sat.emits(browser, "webrtc-offer", offer={}, targetSocketId=technician.id)["error_code"] == "WRONG_ROLE"
    asking = sat.ask(["view", "control"])
    assert helper.heard("connection-request")["rights"] == ["view", "control"]
    assert sat.emits(helper, "approval-response", approved=True)["ok"]
    assert asking.answer()["rights"] == ["view", "control"]
    assert browser.heard("share-moved")["to"] == "helper"
    assert sat.emits(technician, "remote-keyboard", type="keydown", key="h")["ok"]
    assert helper.heard("remote-keyboard")["key"] == "h"


def test_a_browser_has_its_seat_back_when_the_helper_goes(sat: PairSitting) -> None:
    sat = sat.another()
    browser, technician = sat.browser(0), sat.technician(number=1)
    browser.heard("technician-joined")
    _shares(sat, browser)
    helper = sat.at(1, "nobody", "helper", rights=[])
    browser.heard("peer-joined", where=lambda d: d["role"] == "helper")
    helper.close()
    browser.heard("peer-disconnected", where=lambda d: d["role"] == "helper")
    assert sat.emits(browser, "webrtc-offer", offer={"sdp": "b"}, targetSocketId=technician.id)["ok"]
    assert technician.heard("webrtc-offer")["offer"]["sdp"] == "b"


def test_the_newest_page_has_the_seat_wherever_it_is(sat: PairSitting) -> None:
    sat = sat.another()
    browser = sat.browser(0)
    newer = sat.browser(1)
    assert browser.heard("share-moved")["to"] == "elsewhere"
    browser.heard("disconnect")
    assert sat.emits(newer, "share-start", technicians=[])["ok"]
    sat.becomes((0, 0, True))


def test_whoever_comes_late_is_told_that_a_recording_runs(sat: PairSitting) -> None:
    helper, _ = sat.both([*USUAL, "recording"])
    made = sat.server.http("technician_a").post(f"/api/sessions/{sat.session_id}/recordings", json={})
    assert made.status_code == 200, made.text
    assert len(helper.heard("recording-changed")["recordings"]) == 1
    late = sat.technician("admin", 1)
    assert len(late.heard("recording-changed")["recordings"]) == 1
    number = made.json()["recording"]["id"]
    assert sat.pair.servers[1].http("technician_a").post(f"/api/recordings/{number}/stop").status_code == 200
    assert helper.heard("recording-changed")["recordings"] == []
    assert sat.at(0, "admin", "technician").heard_nothing_of("recording-changed")


def test_the_customers_page_without_a_socket_waits_at_one_process_for_news_of_the_other(sat: PairSitting) -> None:
    technician = sat.technician(number=1)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sat.server.http("device").get, f"/api/bridge/{sat.session_id}/messages?wait=20")
        asking = sat.ask(["view"])
        assert waiting.result().json()["question"]["rights"] == ["view"]
    assert sat.emits(technician, "chat-message", text="Hello")["ok"]
    assert sat.server.http("device").post(f"/api/sessions/{sat.session_id}/approval",
                                          json={"approved": False}).status_code == 200
    assert asking.answer()["approved"] is False


def test_a_screen_over_vnc_is_told_of_everywhere(sat: PairSitting, pair: Pair) -> None:
    """The first process has the connection; the technician sits at the second."""
    sat = sat.another()
    technician = sat.technician(number=1)
    told = pair.servers[1].http().post("/api/sessions/register", json={"sessionId": sat.session_id, "clientInfo": {}})
    assert told.status_code == 200, told.text
    with socket.create_connection(("127.0.0.1", pair.vnc_port)) as computer:
        computer.sendall(b"RFB 003.008\n")
        assert technician.heard("vnc-ready")["kind"] == "reverse"
        eventually(lambda: [row["vnc_connected"] for row in sat.rows()] == [True, True], within=SOON, what="the screen")
        assert [row["rights"] for row in sat.rows()] == [USUAL, USUAL]
    assert technician.heard("vnc-disconnected")["kind"] == "reverse"
    eventually(lambda: [row["vnc_connected"] for row in sat.rows()] == [False, False], within=SOON, what="no screen")
    assert [row["rights"] for row in sat.rows()] == [[], []]


def _hears_again(sat: PairSitting, helper: Socket, technician: Socket) -> None:
    """Wait until what is typed arrives."""
    def arrives() -> bool:
        helper.forget()
        sat.emits(technician, "remote-keyboard", type="keydown", key="r")
        sat.emits(technician, "no-such-event")
        return "remote-keyboard" in helper.names()
    eventually(arrives, within=SOON, what="keys at the helper")


def test_redis_goes_and_comes_back(sat: PairSitting) -> None:
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


def test_ended_while_nothing_is_heard(sat: PairSitting) -> None:
    helper, technician = sat.both()
    sat.pair.redis.stop()
    eventually(lambda: not sat.emits(technician, "remote-keyboard", type="keydown", key="a")["ok"], within=SOON,
               what="the technician told that the helper is out of reach")
    assert sat.emits(helper, "session-stop")["ok"]
    sat.pair.redis.start()
    assert technician.heard("session-ended")["by"] == "customer"
    eventually(lambda: sat.emits(technician, "chat-message", text="?").get("error_code") == "NOT_JOINED",
               within=SOON, what="no seat any more")


def test_a_process_dies(sat: PairSitting, pair: Pair) -> None:
    """Whoever was at the other one hears of it, the rows say so, and people come back there."""
    other = sat.another()
    helper, technician = sat.both()
    lost, left = other.at(0, "nobody", "helper"), other.technician(number=1)
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
    technician = sat.technician(number=1)
    other.at(1, "nobody", "helper")
    left.heard("helper-status", where=lambda d: d["online"])
    _hears_again(sat, helper, technician)
