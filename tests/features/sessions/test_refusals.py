"""Who may not sit down, and who may not speak, on real sockets and on both engines."""

from __future__ import annotations

import pytest
import socketio

from tests.live.sitting import Sitting


@pytest.mark.parametrize(("who", "code"), [
    ("technician_b", "SESSION_NOT_FOUND"), ("viewer_a", "UNAUTHORIZED"), ("customer", "UNAUTHORIZED"),
    ("nobody", "UNAUTHORIZED"), ("device", "UNAUTHORIZED"), ("device_b", "UNAUTHORIZED")])
def test_knowing_a_session_id_makes_no_technician(sitting: Sitting, who: str, code: str) -> None:
    intruder = sitting.socket(who)
    answer = intruder.join(sitting.session_id, "technician")
    assert (answer["ok"], answer["error_code"]) == (False, code)
    sitting.helper()
    assert intruder.heard_nothing_of("peer-joined")


@pytest.mark.parametrize(("who", "code"), [
    ("technician_a", "FORBIDDEN"), ("admin", "FORBIDDEN"), ("technician_b", "FORBIDDEN"),
    ("nobody", "UNAUTHORIZED"), ("device_b", "UNAUTHORIZED")])
def test_nobody_speaks_for_a_device_that_has_a_secret(sitting: Sitting, who: str, code: str) -> None:
    answer = sitting.socket(who).join(sitting.session_id, "helper")
    assert (answer["ok"], answer["error_code"]) == (False, code)


def test_staff_do_not_answer_in_the_customers_name(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    asking = sitting.ask(["view"])
    helper.heard("connection-request")
    for name in ("technician_a", "technician_b", "admin"):
        answer = sitting.server.http(name).post(f"/api/sessions/{sitting.session_id}/approval", json={"approved": True})
        assert answer.status_code == 403, name
    for name in ("nobody", "device_b", "customer"):
        answer = sitting.server.http(name).post(f"/api/sessions/{sitting.session_id}/approval", json={"approved": True})
        assert answer.status_code == 401, name
    assert technician.call("approval-response", {"approved": True})["error_code"] == "WRONG_ROLE"
    helper.emit("approval-response", {"approved": False})
    assert asking.answer()["approved"] is False


def test_a_helper_does_not_send_a_technicians_events(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control", "clipboard", "files"])
    for name, data in (
            ("remote-mouse", {"type": "mousedown", "x": 0, "y": 0}),
            ("remote-keyboard", {"type": "keydown", "key": "a"}),
            ("remote-clipboard", {"text": "x"}), ("put-remote-file", {"filename": "x", "content": "eA=="}),
            ("get-remote-file", {"path": "x"}), ("list-remote-dir", {"path": ""}), ("webrtc-answer", {"answer": {}}),
            ("set-stream-quality", {"quality": "speed"}), ("viewer-state", {"viewing": True})):
        answer = helper.call(name, data)
        assert (answer["ok"], answer["error_code"]) == (False, "WRONG_ROLE"), name
        assert technician.heard_nothing_of(name)


def test_a_technician_does_not_send_a_helpers_events(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    for name, data in (
            ("webrtc-offer", {"offer": {}}), ("screen-frame", {"data": b"x", "targetSocketId": technician.id}),
            ("helper-capabilities", {"capabilities": {}}), ("consent-revoke", {"rights": ["view"]}),
            ("session-stop", {}), ("approval-response", {"approved": True}),
            ("get-remote-file-result", {"requestId": "1"})):
        assert technician.call(name, data)["error_code"] == "WRONG_ROLE", name
        assert helper.heard_nothing_of(name)


def test_an_event_for_a_session_one_has_no_seat_in(sitting: Sitting) -> None:
    helper, outsider = sitting.helper(), sitting.socket("technician_a")
    sitting.allow(helper, ["view", "control"])
    answer = outsider.call("remote-mouse", {"sessionId": sitting.session_id, "type": "mousemove", "x": 0, "y": 0})
    assert answer["error_code"] == "NOT_JOINED"
    assert outsider.call("chat-message", {"sessionId": sitting.session_id, "text": "hi"})["error_code"] == "NOT_JOINED"
    assert helper.heard_nothing_of("remote-mouse")


def test_an_event_after_leaving(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    technician.call("leave-session", {})
    assert technician.call("remote-mouse", {"type": "mousemove"})["error_code"] == "NOT_JOINED"


def test_the_other_client_sees_nothing_over_http(sitting: Sitting) -> None:
    other = sitting.server.http("technician_b")
    path = f"/api/sessions/{sitting.session_id}"
    assert other.get(path).status_code == 404
    assert other.get(path + "/timeline").status_code == 404
    assert other.post(path + "/connect", json={}).status_code == 404
    assert other.delete(path).status_code == 404
    assert other.post(f"/api/devices/{sitting.device_id}/request").status_code == 404
    assert sitting.session_id not in other.get("/api/sessions?all=1").text
    assert sitting.row()["status"] != "ended"


@pytest.mark.parametrize("auth", [
    {"deviceId": "SUPP-111111-1720000001", "deviceSecret": "wrong"}, {"deviceId": "nobody", "deviceSecret": "x"},
    {"deviceSecret": "x"}, {"token": "not-a-token"}, {"token": ""  " "}, {"deviceId": 7, "deviceSecret": "a"}])
def test_a_wrong_proof_is_refused_at_the_door(sitting: Sitting, auth: dict) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        sitting.socket(auth=auth)


def test_a_bare_device_id_is_no_proof(sitting: Sitting) -> None:
    bare = sitting.socket(auth={"deviceId": sitting.device_id})
    assert bare.join(sitting.session_id, "helper")["error_code"] == "UNAUTHORIZED"
    watcher = sitting.socket("technician_a")
    device = next(d for d in sitting.server.http("technician_a").get("/api/devices").json()["devices"]
                  if d["device_id"] == sitting.device_id)
    assert device["status"] == "offline"
    watcher.forget()


@pytest.mark.parametrize("data", [None, 7, "text", [], {}, {"sessionId": None, "role": "helper"},
                                  {"sessionId": ["x"], "role": "helper"}, {"sessionId": "x" * 5000, "role": "helper"},
                                  {"sessionId": "AAA-000-AAA"}, {"sessionId": "AAA-000-AAA", "role": 3},
                                  {"sessionId": "AAA-000-AAA", "role": "king"}, {"sessionId": "\0☃", "role": "helper"}])
def test_a_join_that_makes_no_sense(sitting: Sitting, data: object) -> None:
    answer = sitting.socket("technician_a").call("join-session", data)
    assert answer["ok"] is False
    assert answer["error_code"] in ("BAD_EVENT", "SESSION_NOT_FOUND", "FORBIDDEN")
    assert answer["error"]


def test_unknown_events_are_answered(sitting: Sitting) -> None:
    socket = sitting.socket("nobody")
    assert socket.call("format-disk", {})["error_code"] == "UNKNOWN_EVENT"
    refusal = socket.heard("event-error")
    assert (refusal["event"], refusal["error_code"]) == ("format-disk", "UNKNOWN_EVENT")


def test_fields_are_checked(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    for data in ({}, {"type": 3}, {"type": None}, {"type": ["mousemove"]}):
        assert technician.call("remote-mouse", data)["error_code"] == "BAD_EVENT"
    assert technician.call("remote-mouse", "text")["error_code"] == "BAD_EVENT"
    assert technician.call("remote-mouse", {"type": "mousemove", "sessionId": 5})["error_code"] == "BAD_EVENT"
    assert helper.heard_nothing_of("remote-mouse")
