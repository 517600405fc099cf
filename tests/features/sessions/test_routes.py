"""/api/sessions over HTTP: contract 001's rows, each error, and the other tenant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from connectassist.core import clock, ids
from connectassist.core.db import db
from connectassist.features.sessions.models import Session
from tests.cast import Caller

ROW_001 = {"id", "session_id", "technician_id", "status", "allow_unattended", "client_info", "vnc_port", "device_id",
           "connected_at", "created_at", "updated_at", "expires_at", "ended_at", "customer_name", "machine_name",
           "helper_connected", "active_technicians", "viewing_technicians", "billable_started_at", "billable_seconds",
           "device_hostname", "device_os", "device_ip", "device_country", "device_region", "device_city"}


@pytest.fixture
def session_id(technician_a: Caller, device: Caller) -> str:
    return technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]


def test_creating(technician_a: Caller) -> None:
    body = technician_a.post("/api/sessions/create").json
    assert ids.SESSION_ID.fullmatch(body["sessionId"])
    assert body["link"].endswith(f"/support/{body['sessionId']}")
    assert body["expiresAt"].endswith("Z")


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("device", 401), ("customer", 403), ("viewer_a", 403)])
def test_only_technicians_create(as_member: Callable[[str], Caller], who: str, status: int) -> None:
    assert as_member(who).post("/api/sessions/create").status_code == status


def test_assigning_goes_on_with_the_live_session(device: Caller, session_id: str) -> None:
    order = {"deviceId": device.device_id, "deviceName": "PC", "os": "Linux", "hostname": "h", "arch": "x64"}
    body = device.post("/api/sessions/assign", json=order).json
    assert (body["success"], body["sessionId"], body["existing"]) == (True, session_id, True)


def test_assigning_makes_a_session_of_the_devices_client(device: Caller, technician_a: Caller,
                                                         technician_b: Caller) -> None:
    body = device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json
    assert body["existing"] is False
    assert body["sessionId"] in technician_a.get("/api/sessions").get_data(as_text=True)
    assert body["sessionId"] not in technician_b.get("/api/sessions").get_data(as_text=True)


def test_assigning_by_invitation(technician_a: Caller, nobody: Caller) -> None:
    invited = technician_a.post("/api/sessions/create").json["sessionId"]
    body = nobody.post("/api/sessions/assign", json={"deviceId": "fresh", "sessionId": invited}).json
    assert (body["sessionId"], body["fromInviteLink"]) == (invited, True)
    assert body["deviceSecret"]


@pytest.mark.parametrize("body", [{}, {"deviceId": ""}, {"deviceId": 7}, {"deviceId": "x", "clientInfo": "no"},
                                  {"deviceId": "x", "hostname": "h" * 256}, {"deviceId": "x\n"}])
def test_an_assignment_that_makes_no_sense(nobody: Caller, body: dict) -> None:
    answer = nobody.post("/api/sessions/assign", json=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


def test_a_body_that_is_no_json(nobody: Caller) -> None:
    for data in (b"{", b"[]", b"7", b"\xff"):
        answer = nobody.post("/api/sessions/assign", data=data)
        assert answer.status_code == 400
        assert answer.json["success"] is False


def test_registering(device: Caller, technician_a: Caller, session_id: str) -> None:
    info = {"os": "Linux", "hostname": "real-host", "username": "anna", "arch": "x64", "userAgent": "helper"}
    answer = device.post("/api/sessions/register", json={
        "sessionId": session_id, "deviceId": device.device_id, "clientInfo": info, "vncPort": 5900,
        "capabilities": {"clipboard": True}, "status": "connected"})
    assert answer.json == {"success": True, "message": "Session registered", "sessionId": session_id}
    row = technician_a.get("/api/sessions").json["sessions"][0]
    assert (row["device_hostname"], row["device_os"], row["device_ip"]) == ("real-host", "Linux", "127.0.0.1")
    view = technician_a.get(f"/api/sessions/{session_id}").json
    assert view["clientInfo"]["username"] == "anna"
    assert view["vncPort"] == 5900


def test_registering_for_somebody_else(device_b: Caller, nobody: Caller, technician_a: Caller, session_id: str) -> None:
    for who, status in ((device_b, 401), (nobody, 401), (technician_a, 403)):
        assert who.post("/api/sessions/register", json={"sessionId": session_id}).status_code == status
    assert device_b.post("/api/sessions/register", json={"sessionId": "AAA-000-AAA"}).status_code == 404
    assert device_b.post("/api/sessions/register", json={}).status_code == 400


def test_reading_by_its_id(nobody: Caller, session_id: str) -> None:
    view = nobody.get(f"/api/sessions/{session_id}").json
    assert {"sessionId", "technicianId", "status", "allowUnattended", "createdAt", "expiresAt"} <= set(view)
    assert None not in view.values(), "absent, not null, when unset"
    assert nobody.get("/api/sessions/AAA-000-AAA").json["error_code"] == "SESSION_NOT_FOUND"
    assert nobody.get(f"/api/sessions/{session_id}/").json == view, "a slash behind makes no difference"


def test_the_list(technician_a: Caller, viewer_a: Caller, technician_b: Caller, nobody: Caller,
                  session_id: str) -> None:
    rows = viewer_a.get("/api/sessions").json["sessions"]
    assert [row["session_id"] for row in rows] == [session_id]
    assert set(rows[0]) >= ROW_001
    assert technician_b.get("/api/sessions").json == {"sessions": []}
    assert nobody.get("/api/sessions").status_code == 401
    assert technician_a.get("/api/sessions?status=connected").json == {"sessions": []}
    assert len(technician_a.get("/api/sessions?status=waiting").json["sessions"]) == 1


def test_unattended_access_is_the_customers_to_allow(device: Caller, device_b: Caller, technician_a: Caller,
                                                     session_id: str) -> None:
    path = f"/api/sessions/{session_id}/settings"
    for who, status in ((technician_a, 403), (device_b, 401)):
        assert who.patch(path, json={"allowUnattended": True}).status_code == status
    assert technician_a.get(f"/api/sessions/{session_id}").json["allowUnattended"] is False
    assert device.patch(path, json={"allowUnattended": True}).json == {
        "success": True, "sessionId": session_id, "allowUnattended": True}
    body = technician_a.post(f"/api/sessions/{session_id}/connect", json={"rights": ["view"]}).json
    assert body == {"success": True, "approved": True, "autoApproved": True, "rights": ["view"]}


def test_asking_for_what_does_not_exist(technician_a: Caller, session_id: str) -> None:
    answer = technician_a.post(f"/api/sessions/{session_id}/connect", json={"rights": ["everything"]})
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")
    assert technician_a.post("/api/sessions/AAA-000-AAA/connect").status_code == 404


def test_an_approval_that_nobody_asked_for(device: Caller, technician_a: Caller, session_id: str) -> None:
    assert device.post(f"/api/sessions/{session_id}/approval", json={"approved": True}).json == {"success": True}
    assert technician_a.get(f"/api/sessions/{session_id}").json["rights"] == []
    assert device.post(f"/api/sessions/{session_id}/approval", json={}).status_code == 400


def test_ending(technician_a: Caller, viewer_a: Caller, technician_b: Caller, nobody: Caller, session_id: str) -> None:
    path = f"/api/sessions/{session_id}"
    assert viewer_a.delete(path).status_code == 403
    assert technician_b.delete(path).status_code == 404
    assert nobody.delete(path).status_code == 401
    assert technician_a.delete(path).json["success"] is True
    assert technician_a.delete(path).json["success"] is True, "ending twice is no error"
    assert nobody.get(path).status_code == 404, "to 001's callers it is gone"
    assert technician_a.get(path).json["status"] == "ended"
    assert technician_a.get("/api/sessions").json == {"sessions": []}
    assert len(technician_a.get("/api/sessions?all=1").json["sessions"]) == 1


def test_an_expired_session_is_gone(app: Flask, nobody: Caller, device: Caller, technician_a: Caller,
                                    session_id: str) -> None:
    with app.app_context():
        session = db.session.query(Session).filter_by(session_id=session_id).one()
        session.expires_at = clock.now() - timedelta(seconds=1)
        db.session.commit()
    assert nobody.get(f"/api/sessions/{session_id}").status_code == 404
    assert device.post("/api/sessions/register", json={"sessionId": session_id}).status_code == 404
    assert technician_a.get("/api/sessions").json == {"sessions": []}
    assert device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json["sessionId"] != session_id
