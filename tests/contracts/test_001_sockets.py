"""Contract 001's helper and dashboard as they are, in JavaScript, against a real server: the whole flow of events."""

from __future__ import annotations

import uuid

import pytest
import requests

from tests.cast import PASSWORD
from tests.contracts.rows_001 import EVENTS
from tests.contracts.script import Node
from tests.contracts.shape import fits
from tests.live.server import Server

#: The helper tries a web socket first, the dashboard polling; and the other way round.
TRANSPORTS = [("websocket,polling", "polling,websocket"), ("polling,websocket", "websocket,polling"),
              ("polling", "polling")]


@pytest.fixture
def cookie(engine_server: Server) -> str:
    """An admin's cookie, as the dashboard's browser sends it."""
    answer = requests.post(f"{engine_server.url}/api/auth/local/login", json={"username": "admin",
                                                                              "password": PASSWORD})
    return f"remote.sid={answer.cookies['remote.sid']}"


def assigned(server: Server) -> tuple[str, str]:
    """A new helper of 001's with its session: assign, then register."""
    http, device_id = server.http("nobody"), f"seed-{uuid.uuid4().hex[:8]}"
    assert http.post("/api/devices/register", json={"deviceId": device_id, "hostname": "ANNA"}).status_code == 200
    other = f"seed-{uuid.uuid4().hex[:8]}"
    session_id = http.post("/api/sessions/assign", json={"deviceId": other}).json()["sessionId"]
    http.post("/api/sessions/register", json={"sessionId": session_id, "deviceId": other,
                                              "clientInfo": {"os": "win32"}})
    return session_id, other


@pytest.mark.parametrize(("helper_way", "page_way"), TRANSPORTS)
def test_the_whole_flow(engine_server: Server, cookie: str, helper_way: str, page_way: str) -> None:
    session_id, device_id = assigned(engine_server)
    helper = Node("seed_helper.mjs", engine_server.url, session_id, device_id, helper_way)
    page = None
    try:
        helper.until("transport")
        page = Node("seed_dashboard.mjs", engine_server.url, session_id, cookie, page_way)
        page.until("helper-status")
        joined = helper.until("technician-joined")
        play(engine_server, session_id, helper, page)
    finally:
        for each in (helper, page):
            if each:
                each.close()
        engine_server.http("admin").delete(f"/api/devices/{device_id}")
    assert_told(helper, page, session_id=session_id, technician=joined["technicianSocketId"])
    for each, way in ((helper, helper_way), (page, page_way)):
        assert each.of("transport")[0] in (way.split(",")[0], "websocket")


def play(server: Server, session_id: str, helper: Node, page: Node) -> None:
    """What the dashboard does over HTTP, in the middle of what the two say to each other."""
    admin = server.http("admin")
    connect = {"technicianName": "Tina", "technicianId": "7"}
    answer = admin.post(f"/api/sessions/{session_id}/connect", json=connect).json()
    assert fits(answer, {"success": True, "approved": True, "autoApproved": False})
    helper.until("chat-message")
    page.until("put-remote-file-result")
    switched = admin.post(f"/api/monitors/session/{session_id}/switch", json={"monitorIndex": 1})
    assert switched.json() == {"success": True, "monitorIndex": 1}
    helper.until("switch-monitor")
    told = admin.get(f"/api/monitors/session/{session_id}").json()
    assert fits(told, {"monitors": [{"index": int, "label": str, "width": int, "height": int, "primary": bool}],
                       "currentMonitor": 1, "allowSwitching": True})
    sent = admin.post("/api/files/upload", data={"sessionId": session_id, "direction": "technician-to-user"},
                      files={"file": ("note.txt", b"hello")})
    assert sent.json()["success"] is True
    helper.until("technicians-present")
    more = admin.post(f"/api/sessions/{session_id}/connect", json={**connect, "rights": ["commands"]}).json()
    assert fits(more, {"success": True, "approved": True, "autoApproved": False})
    helper.rest()
    page.rest()


def assert_told(helper: Node, page: Node, *, session_id: str, technician: str) -> None:
    """What each side heard: every event of the document, in its shape."""
    assert "event-error" not in helper.names() + page.names(), (helper.heard, page.heard)
    heard = {"helper": helper, "page": page}
    for name, (side, shape) in EVENTS.items():
        found = heard[side].of(name)
        assert found, f"the {side} heard no {name}"
        assert fits(found[0], {"sessionId": session_id, **shape}), name
    assert page.of("webrtc-offer")[0]["offer"]["sdp"] == f"v=0 for {technician}"
    for name in ("webrtc-answer", "webrtc-ice-candidate"):
        assert helper.of(name)[0]["from"] == technician
    assert page.of("webrtc-ice-candidate")[0]["from"] == page.of("webrtc-offer")[0]["from"]
    assert helper.of("approval") == [{"success": True}]
    present = helper.of("technicians-present")[0]["technicians"]
    assert [each["technicianSocketId"] for each in present] == [technician]
    assert helper.of("chat-message")[0]["text"] == "hello"
    assert {"sessionId": session_id, "role": "helper"} in page.of("peer-disconnected")
    assert {"sessionId": session_id, "role": "technician"} in helper.of("peer-joined")


def test_a_technicians_join_in_its_order(engine_server: Server) -> None:
    """To itself and to the others, as the shapes of contract 001 list it."""
    session_id, device_id = assigned(engine_server)
    with engine_server.socket("nobody") as helper, engine_server.socket("admin") as idle, \
            engine_server.socket("admin") as page:
        assert helper.join(session_id, "helper")["ok"]
        helper.emit("helper-capabilities", {"sessionId": session_id, "capabilities": {}, "displays": []})
        helper.call("no-such-event", {})
        for each in (idle, helper, page):
            each.call("no-such-event", {})
            each.forget()
        assert page.join(session_id, "technician")["ok"]
        for each in (idle, helper):
            assert each.heard_nothing_of("nothing of that name")
        assert [n for n in idle.names() if n in EVENTS] == ["session-updated"]
        assert fits(idle.heard("session-updated"), {"sessionId": session_id, "active_technicians": 1})
        assert [n for n in helper.names() if n in EVENTS] == ["technician-joined", "peer-joined"]
        own = [n for n in page.names() if n in EVENTS]
        assert own == ["session-updated", "helper-status", "helper-capabilities"]
    engine_server.http("admin").delete(f"/api/devices/{device_id}")


def test_a_helpers_join_in_its_order(engine_server: Server) -> None:
    session_id, device_id = assigned(engine_server)
    with engine_server.socket("admin") as page, engine_server.socket("nobody") as helper:
        assert page.join(session_id, "technician")["ok"]
        page.forget()
        assert helper.join(session_id, "helper")["ok"]
        assert page.heard_nothing_of("nothing of that name")
        updated = page.heard("session-updated")
        assert fits(updated, {"sessionId": session_id, "status": "connected", "helper_connected": True})
        assert page.heard("peer-joined") == {"sessionId": session_id, "role": "helper"}
        present = helper.heard("technicians-present")
        assert fits(present, {"sessionId": session_id, "technicians": [{
            "technicianId": str, "technicianName": "Administrator", "technicianSocketId": page.id}]})
        helper.close()
        gone = page.heard("session-updated", where=lambda d: d.get("helper_connected") is False)
        assert fits(gone, {"status": "waiting", "viewing_technicians": 0})
        assert page.heard("peer-disconnected") == {"sessionId": session_id, "role": "helper"}
    engine_server.http("admin").delete(f"/api/devices/{device_id}")
