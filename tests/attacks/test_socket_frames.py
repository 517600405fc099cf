"""Frames that no client library would send, on both engines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.packets import bounded
from tests.attacks.nasty import VALUES
from tests.attacks.raw_socket import RawSocket
from tests.live.server import Server
from tests.live.sitting import Sitting


@pytest.fixture
def line(engine_server: Server) -> Iterator[RawSocket]:
    """A stranger's connection."""
    made = RawSocket(engine_server)
    yield made
    made.close()


def test_a_client_cannot_pretend_that_it_went(engine_server: Server) -> None:
    """python-socketio hands events named like its own to the same handlers; a technician who went that way
    would stay in every room, out of reach of a logout."""
    token = engine_server.cast["technician_a"].token
    raw = RawSocket(engine_server, auth={"token": token})
    for data in ([], ["why"], [{"reason": "x"}]):
        assert raw.call("disconnect", *data)["ok"] is False
        assert raw.call("join-session", {"sessionId": "AAA-000-AAA", "role": "technician"})["error_code"] \
            == "SESSION_NOT_FOUND", "still known, as a technician"
    raw.close()


def test_a_client_cannot_connect_as_somebody_else(engine_server: Server) -> None:
    raw = RawSocket(engine_server)
    token = engine_server.cast["admin"].token
    for environ in ({"REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": "GET", "wsgi.url_scheme": "http",
                     "SERVER_NAME": "x", "SERVER_PORT": "80"}, {}, None, [], "x", 5):
        assert raw.call("connect", environ, {"token": token})["ok"] is False
    assert raw.call("join-session", {"sessionId": "AAA-000-AAA", "role": "technician"})["error_code"] == "UNAUTHORIZED"
    assert raw.is_open
    raw.close()


def test_connecting_twice_on_one_line_gains_nothing(engine_server: Server) -> None:
    raw = RawSocket(engine_server)
    raw.send("40" + json.dumps({"token": engine_server.cast["admin"].token}))
    answer = raw.call("join-session", {"sessionId": "AAA-000-AAA", "role": "technician"})
    assert answer["error_code"] in ("UNAUTHORIZED", "SESSION_NOT_FOUND")
    raw.close()
    assert RawSocket(engine_server).is_open


@pytest.mark.parametrize("name", [5, None, True, [], {}, ["x"], {"a": 1}, "", " ", "\x00", "x" * 10_000, "__class__",
                                  "*", "connect_error", "_receive", "<script>", "join-session "])
def test_names_that_are_none(engine_server: Server, line: RawSocket, name: object) -> None:
    line.send("421" + json.dumps([name, {}]))
    assert RawSocket(engine_server).is_open, "whatever became of that line, others go on"


@pytest.mark.parametrize("frame", [
    "42", "42[", "42{}", "42[]", "42null", "425", '42"x"', "42[" * 2000, "42" + "[" * 50_000, '421["join-session"]',
    "421[" + "{\"a\":" * 5000, "44{}", "46", "4", "49", "45", "451-",
    '451-["join-session",{"_placeholder":true,"num":0}]',
    '4599999999-["x",{"_placeholder":true,"num":0}]', '451-["x",{"_placeholder":true,"num":-1}]', "43", "431[]",
    "430[1]", "41", "40/agent,", "40/it,", "42/it,[\"x\"]", "40/../,", "0", "1", "5", "6", "b", "x", "9", "4" * 5000,
    "42\x00", '42["chat-message",{"text":"\ud7ff"}]', '42["a","\\ud800"]', "2probe", "3probe"])
def test_frames_that_are_none(engine_server: Server, line: RawSocket, frame: str) -> None:
    line.send(frame)
    assert RawSocket(engine_server).is_open, "whatever became of that line, others go on"


def test_binary_that_nobody_announced(engine_server: Server, line: RawSocket) -> None:
    line.send(b"\x00\xff" * 1000)
    assert RawSocket(engine_server).is_open


@pytest.mark.parametrize("auth", [
    5, "x", [], [1], True, {"token": 5}, {"token": []}, {"token": "a.b.c"}, {"token": "x" * 50_000},
    {"deviceId": {}, "deviceSecret": {}}, {"deviceId": "x", "deviceSecret": "y"}, {"deviceSecret": "y"},
    {"deviceId": "a\x00b", "deviceSecret": "\u202e"}, {"deviceId": ["SUPP"], "deviceSecret": "x"}])
def test_proofs_that_are_none(engine_server: Server, auth: object) -> None:
    raw = RawSocket(engine_server, joins=False)
    raw.send("40" + json.dumps(auth))
    answer = raw.wait_for("4")
    if answer.startswith("40"):
        assert raw.call("join-session", {"sessionId": "AAA-000-AAA", "role": "technician"})["error_code"] \
            == "UNAUTHORIZED"
    else:
        assert answer.startswith("44")
    raw.close()


def test_a_packet_that_announces_many_parts_is_none(engine_server: Server, line: RawSocket) -> None:
    """Otherwise the server would keep whatever comes for as long as it comes, from anybody."""
    line.send('451000000-["x"]')
    assert line.is_open, "what comes next is a packet of its own"
    line.send('4517-["x"]')
    assert line.is_open


def test_the_parts_of_a_packet_have_a_size() -> None:
    packet = bounded(10)(encoded_packet='52-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    assert not packet.add_attachment(b"123456")
    with pytest.raises(ValueError, match="too large"):
        packet.add_attachment(b"12345")
    assert packet.attachments == [], "what came is let go"


def test_what_a_client_said_is_not_repeated_at_length(engine_server: Server) -> None:
    line = RawSocket(engine_server, auth=engine_server.cast["technician_a"].socket_auth)
    line.send("42" + json.dumps(["n" * 1_000_000, {"sessionId": "s" * 1_000_000}]))
    frame = line.wait_for('42["event-error"')
    assert len(frame) < 1000
    line.send("42" + json.dumps(["chat-message", {"sessionId": [["s"] * 100_000]}]))
    assert json.loads(line.wait_for('42["event-error"')[2:])[1]["sessionId"] is None


def test_a_polling_client_that_takes_nothing_is_let_go(sitting: Sitting) -> None:
    """What waits for it is bounded in bytes, not only in packets."""
    helper = sitting.helper()
    sitting.allow(helper, ["view", "files"])
    http, address = requests.Session(), f"{sitting.server.url}/socket.io/?EIO=4&transport=polling"
    address += "&sid=" + json.loads(http.get(address, timeout=40).text[1:])["sid"]
    token = sitting.server.cast["technician_a"].token
    http.post(address, data="40" + json.dumps({"token": token}), timeout=40)
    joining = {"sessionId": sitting.session_id, "role": "technician"}
    http.post(address, data="421" + json.dumps(["join-session", joining]), timeout=40)
    helper.forget()
    for _ in range(40):
        helper.emit("file-progress", {"note": "x" * 1_000_000})
    assert helper.heard("technician-left", within=40)


def test_every_event_with_every_bad_payload(app: Flask, engine_server: Server) -> None:
    for event in GATEWAY.events.incoming:
        raw = RawSocket(engine_server, auth=engine_server.cast["technician_a"].socket_auth)
        for number, value in enumerate(VALUES):
            answer = raw.call(event, value, number=number)
            assert answer["ok"] is False, (event, value)
            assert answer["error_code"] not in ("INTERNAL_ERROR",), (event, value)
        raw.close()


def test_small_frames_leave_at_once(engine_server: Server) -> None:
    """A refusal is two frames; where the second waits until the first is confirmed, each call takes over 40 ms."""
    raw = RawSocket(engine_server)
    assert any(_seconds_of_25_calls(raw) < 0.75 for _ in range(60)), "not even once on a busy machine"
    raw.close()


def _seconds_of_25_calls(raw: RawSocket) -> float:
    began = time.monotonic()
    for _ in range(25):
        raw.call("no-such-event", {})
    return time.monotonic() - began


def test_nothing_of_this_was_our_fault(engine_server: Server) -> None:
    log = engine_server.log.read_text()
    assert "unexpected error" not in log
    assert "in run_handler" not in log, "a broken frame is worth a line, not a traceback"
