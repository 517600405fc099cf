"""Every event that clients may send, sent by everyone: with and without a seat, with and without consent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connectassist.realtime.gateway import GATEWAY
from tests.live.server import Server
from tests.live.sitting import Sitting
from tests.live.sockets import Socket

TABLE = Path(__file__).with_name("socket_roles.txt")
RIGHTS = ["view", "control", "clipboard", "files", "commands"]
#: What each event carries when all is well; `targetSocketId` is filled in.
GOOD: dict[str, dict[str, Any]] = {
    "approval-response": {"approved": False}, "consent-revoke": {"rights": []}, "chat-message": {"text": "hello"},
    "helper-coming": {"step": "downloaded"}, "share-start": {"technicians": []},
    "get-remote-file": {"path": "a.txt", "requestId": "1"}, "helper-capabilities": {"capabilities": {}, "displays": []},
    "join-session": {"role": "technician"}, "list-remote-dir": {"path": "", "requestId": "1"},
    "put-remote-file": {"path": "", "filename": "a", "content": "", "requestId": "1"},
    "remote-clipboard": {"text": "x"}, "remote-keyboard": {"type": "keydown", "key": "a", "code": "KeyA"},
    "remote-mouse": {"type": "mousemove", "x": 0.5, "y": 0.5}, "screen-ack": {"seq": 1},
    "screen-frame": {"seq": 1, "data": b"x"}, "set-stream-quality": {"quality": "speed"},
    "stream-transport": {"transport": "tiles"}, "viewer-state": {"viewing": True},
    "technician-remove": {"technicianId": "0"},
    "webrtc-answer": {"answer": {"type": "answer", "sdp": ""}}, "webrtc-offer": {"offer": {"type": "offer", "sdp": ""}},
    "webrtc-ice-candidate": {"candidate": {"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0}}}
#: These end what the others need, so they come last.
LAST = ("session-stop", "leave-session")


def said(socket: Socket, event: str, session_id: str, target: str) -> str:
    """How the server takes an event: OK, or the code of its refusal."""
    data = {"sessionId": session_id, **GOOD.get(event, {})}
    if event in ("screen-frame", "webrtc-offer"):
        data["targetSocketId"] = target
    answer = socket.call(event, data)
    return "OK" if answer["ok"] else answer["error_code"]


def expected() -> dict[str, list[str]]:
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {event: codes for event, *codes in lines}


def outsiders(sitting: Sitting) -> list[Socket]:
    """Open sockets without a seat in this session; the last one sits in another session as its technician."""
    sockets = [sitting.socket(name) for name in ("nobody", "customer", "viewer_a", "technician_b", "device_b")]
    other = sitting.server.http("technician_b").post("/api/sessions/create").json()["sessionId"]
    assert sockets[3].join(other, "technician")["ok"]
    return sockets


def test_everyone_is_told_what_the_table_says(app: Flask, sitting: Sitting) -> None:
    events = sorted(GATEWAY.events.incoming, key=lambda name: (name in LAST and LAST.index(name) + 1, name))
    strangers, helper, technician = outsiders(sitting), sitting.helper(), sitting.technician()
    found: dict[str, list[str]] = {event: [] for event in events}
    for event in events:
        found[event] += [said(each, event, sitting.session_id, technician.id) for each in strangers]
    for has_consent in (False, True):
        if has_consent:
            sitting.allow(helper, RIGHTS)
        for event in events:
            if has_consent or event not in LAST:
                found[event] += [said(each, event, sitting.session_id, technician.id) for each in (technician, helper)]
    wrong = [f"{event} {' '.join(codes)}" for event, codes in found.items() if codes != expected().get(event)]
    assert not wrong, "\n".join(wrong)
    assert set(expected()) == set(events), "the table names events that are no more"


@pytest.mark.parametrize("name", ["nobody", "customer", "viewer_a", "technician_b", "device", "device_b"])
def test_only_the_technicians_of_the_client_take_a_technicians_seat(sitting: Sitting, name: str) -> None:
    socket = sitting.socket(name)
    for role in ("technician", "technician-panel"):
        assert socket.join(sitting.session_id, role)["ok"] is False
    for role in ("admin", "customer", "", "Technician", "*"):
        assert socket.join(sitting.session_id, role)["error_code"] == "BAD_EVENT"


@pytest.mark.parametrize("name", ["nobody", "customer", "viewer_a", "technician_a", "technician_b", "admin",
                                  "device_b"])
def test_only_the_sessions_own_device_takes_the_helpers_seat(sitting: Sitting, name: str) -> None:
    assert sitting.socket(name).join(sitting.session_id, "helper")["error_code"] in ("UNAUTHORIZED", "FORBIDDEN")


def test_staff_elsewhere_hear_nothing_of_it(engine_server: Server) -> None:
    listening = {name: engine_server.socket(name) for name in ("nobody", "customer", "device_b", "technician_b")}
    sitting = Sitting(engine_server)
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, RIGHTS)
    helper.call("chat-message", {"text": "hello"})
    technician.call("remote-mouse", {"type": "mousedown", "x": 0, "y": 0, "button": 0})
    helper.call("session-stop", {})
    for name, socket in listening.items():
        assert socket.heard_nothing_of("nothing of that name")
        assert set(socket.names()) <= {"event-error", "device-updated", "stats-changed"}, name
        while "device-updated" in socket.names():
            assert socket.heard("device-updated")["deviceId"] != sitting.device_id, name
        socket.close()
    sitting.close()


def test_a_customer_s_browser_is_no_technician_and_gives_the_view_alone(sitting: Sitting) -> None:
    server = sitting.server
    code = server.http("technician_a").post("/api/support-codes", json={"customer_name": "Ann"}).json()["support_code"]
    entered = server.http().post("/api/share", json={"support_code": code})
    session_id, cookie = entered.json()["sessionId"], f"share.sid={entered.cookies['share.sid']}"
    browser = sitting.socket(auth={"share": True}, headers={"Cookie": cookie})
    for role in ("technician", "technician-panel"):
        assert browser.join(session_id, role)["error_code"] == "UNAUTHORIZED"
    assert browser.join(sitting.session_id, "helper")["error_code"] == "UNAUTHORIZED", "another session"
    assert browser.join(session_id, "helper")["ok"]
    shown = [str(server.cast["technician_a"].user_id)]
    assert browser.call("share-start", {"technicians": shown})["rights"] == ["view"]
    events = [name for name in GATEWAY.events.incoming if name not in ("join-session", *LAST)]
    heard = {event: said(browser, event, session_id, "x") for event in events}
    assert not [each for each in heard if heard[each] == "OK" and expected()[each][6] == "WRONG_ROLE"]
    assert {each for each in heard if heard[each] == "NOT_CONSENTED"} == {
        "get-remote-file-result", "list-remote-dir-result", "put-remote-file-result"}
    for event in events:
        assert said(browser, event, sitting.session_id, "x") in ("NOT_JOINED", "BAD_EVENT"), event
