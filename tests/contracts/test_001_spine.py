"""Contract 001, the rows that the spine uses, called as its document and its real clients call them."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from connectassist.features.sessions import consent
from tests.cast import PASSWORD, Caller
from tests.contracts.shape import ERROR, NONE, TIME, TIME_OR_NONE, fits

SESSION = re.compile(r"[A-Z0-9]{3}-[0-9]{3}-[A-Z0-9]{3}")
TEXT = (str, NONE)
SESSION_ROW = {
    "id": int, "session_id": lambda value: is_session(value), "technician_id": (int, str, NONE), "status": "waiting",
    "allow_unattended": bool, "client_info": (dict, NONE), "vnc_port": (int, NONE), "device_id": TEXT,
    "connected_at": TIME_OR_NONE, "created_at": TIME, "updated_at": TIME, "expires_at": TIME, "ended_at": NONE,
    "customer_name": TEXT, "machine_name": TEXT, "helper_connected": bool, "active_technicians": int,
    "viewing_technicians": int, "billable_started_at": TIME_OR_NONE, "billable_seconds": int, "device_hostname": TEXT,
    "device_os": TEXT, "device_ip": TEXT, "device_country": TEXT, "device_region": TEXT, "device_city": TEXT}
DEVICE_ROW = {
    "id": int, "device_id": str, "technician_id": (int, str, NONE), "display_name": TEXT, "os": TEXT, "hostname": TEXT,
    "arch": TEXT, "last_ip": TEXT, "allow_unattended": bool, "pending_session_id": TEXT,
    "pending_requested_at": TIME_OR_NONE, "last_seen": TIME, "created_at": TIME, "updated_at": TIME,
    "customer_name": TEXT, "machine_name": TEXT, "last_country": TEXT, "last_region": TEXT, "last_city": TEXT,
    "mac_address": TEXT}
CASE_ROW = {
    "id": lambda value: str(uuid.UUID(value)) == value, "case_number": str, "session_id": str, "device_id": TEXT,
    "customer_name": TEXT, "machine_name": TEXT, "technician_id": (int, str, NONE), "technician_name": str,
    "status": "closed", "problem_description": str, "remote_viewing_seconds": int, "phone_support_minutes": int,
    "whatsapp_support_minutes": int, "billable_total_seconds": int, "created_at": TIME, "updated_at": TIME}


def is_session(value: Any) -> bool:
    return isinstance(value, str) and SESSION.fullmatch(value) is not None


@pytest.fixture
def helper(nobody: Caller) -> dict[str, Any]:
    """What 001's helper was told when it asked for a session: it has no secret to send."""
    answer = nobody.post("/api/sessions/assign", json={
        "deviceId": "seed-helper-1", "deviceName": "Anna's PC", "os": "win32", "hostname": "ANNA", "arch": "x64",
        "allowUnattended": False, "macAddress": "aa:bb:cc:dd:ee:ff",
        "clientInfo": {"hostname": "ANNA", "os": "win32", "arch": "x64"}})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_system_rows(nobody: Caller) -> None:
    assert fits(nobody.get("/api/health").json, {"status": "ok", "timestamp": TIME})
    assert fits(nobody.get("/api/version").json, {"version": str, "name": "ConnectAssist"})
    assert fits(nobody.get("/api/websocket/info").json, {"websocketPort": int, "vncListenerPort": (int, NONE),
                                                         "protocol": "ws", "path": str})
    assert nobody.get("/api/turn-servers").json == {"servers": []}


def test_local_accounts(client: FlaskClient) -> None:
    new = {"username": "newbie", "email": "n@example.com", "password": "long-enough-1"}
    made = client.post("/api/auth/local/register", json=new)
    assert made.status_code == 200
    assert fits(made.json, {"success": True, "technician": {"id": int, "username": "newbie", "email": "n@example.com"}})
    for body in (new, {}, {"username": "x"}, {**new, "email": ""}):
        assert client.post("/api/auth/local/register", json=body).status_code == 400
    signed_in = client.post("/api/auth/local/login", json={"username": "newbie", "password": new["password"]})
    assert fits(signed_in.json, {"success": True, "token": str, "technician": {"id": int, "username": "newbie"}})
    cookie = client.get_cookie("remote.sid")
    assert cookie is not None
    assert (cookie.http_only, cookie.path, cookie.same_site, cookie.max_age) == (True, "/", "Lax", 86400)
    wrong = client.post("/api/auth/local/login", json={"username": "newbie", "password": "not that one"})
    assert (wrong.status_code, wrong.json["error"]) == (401, "Invalid credentials")
    for body in ({}, {"username": "newbie"}, {"username": "newbie", "password": None}):
        assert client.post("/api/auth/local/login", json=body).status_code == 400


def test_me_and_logout(client: FlaskClient, nobody: Caller) -> None:
    refused = nobody.get("/api/auth/me")
    assert refused.status_code == 401
    assert fits(refused.json, {**ERROR, "error": "Unauthorized", "message": str, "loginUrl": "/login"})
    client.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD})
    assert fits(client.get("/api/auth/me").json, {"user": {"id": int, "username": "tina", "email": str,
                                                           "displayName": "Tina Acme"}})
    gone = client.get("/api/auth/logout")
    assert (gone.status_code, gone.headers["Location"]) == (302, "/")
    assert client.get("/api/auth/me").status_code == 401
    assert nobody.get("/api/auth/login").status_code == 302


def test_assign(helper: dict[str, Any], nobody: Caller) -> None:
    assert fits(helper, {"success": True, "sessionId": is_session, "link": str, "expiresAt": TIME, "existing": False})
    assert helper["link"].endswith(f"/support/{helper['sessionId']}")
    missing = nobody.post("/api/sessions/assign", json={})
    assert missing.status_code == 400
    assert "deviceId" in missing.json["detail"]


def test_register_and_get(helper: dict[str, Any], nobody: Caller) -> None:
    session_id = helper["sessionId"]
    before = nobody.get(f"/api/sessions/{session_id}").json
    assert before["status"] == "waiting"
    assert {"connectedAt", "clientInfo", "vncPort"}.isdisjoint(before), "absent, not null, while they are unset"
    answer = nobody.post("/api/sessions/register", json={
        "sessionId": session_id, "deviceId": "seed-helper-1", "deviceName": "Anna's PC", "status": "connected",
        "clientInfo": {"os": "win32", "hostname": "ANNA", "username": "anna", "arch": "x64", "userAgent": "Electron"},
        "allowUnattended": False, "vncPort": 5900, "capabilities": {"robotjs": True}})
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "message": str, "sessionId": session_id})
    view = nobody.get(f"/api/sessions/{session_id}").json
    assert fits(view, {"sessionId": session_id, "status": "connected", "allowUnattended": False, "createdAt": TIME,
                       "expiresAt": TIME, "clientInfo": {"hostname": "ANNA"}, "vncPort": 5900, "connectedAt": TIME})
    for body, status in (({"sessionId": "AAA-000-AAA"}, 404), ({}, 400)):
        assert nobody.post("/api/sessions/register", json=body).status_code == status
    assert nobody.get("/api/sessions/AAA-000-AAA").status_code == 404


def test_settings_and_approval(helper: dict[str, Any], nobody: Caller) -> None:
    session_id = helper["sessionId"]
    for body, shown in (({"allowUnattended": False}, False), ({}, True)):
        answer = nobody.patch(f"/api/sessions/{session_id}/settings", json=body)
        assert answer.json == {"success": True, "sessionId": session_id, "allowUnattended": shown}
    assert nobody.post(f"/api/sessions/{session_id}/approval", json={"approved": True}).json == {"success": True}
    assert nobody.patch("/api/sessions/AAA-000-AAA/settings", json={}).status_code == 404


def test_create_list_connect_delete(technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent, "PATIENCE", 0.02)
    made = technician_a.post("/api/sessions/create", json={"technicianId": "tina"})
    assert fits(made.json, {"success": True, "sessionId": is_session, "link": str, "expiresAt": TIME})
    session_id = made.json["sessionId"]
    assert fits(technician_a.get("/api/sessions").json, {"sessions": [SESSION_ROW]})
    held = technician_a.post(f"/api/sessions/{session_id}/connect",
                             json={"technicianName": "Tina", "technicianId": "1"})
    assert held.status_code == 200
    assert fits(held.json, {"success": True, "approved": False, "autoApproved": False, "reason": "Timeout"})
    assert technician_a.post("/api/sessions/AAA-000-AAA/connect", json={}).status_code == 404
    for _ in range(2):
        gone = technician_a.delete(f"/api/sessions/{session_id}")
        assert fits(gone.json, {"success": True, "message": str}), "also when it is over already"
    assert technician_a.get("/api/sessions").json == {"sessions": []}


def test_unattended_access_is_granted_at_once(helper: dict[str, Any], nobody: Caller, admin: Caller) -> None:
    nobody.patch(f"/api/sessions/{helper['sessionId']}/settings", json={})
    answer = admin.post(f"/api/sessions/{helper['sessionId']}/connect")
    assert fits(answer.json, {"success": True, "approved": True, "autoApproved": True})


def test_devices(nobody: Caller, admin: Caller, device: Caller, technician_a: Caller) -> None:
    made = nobody.post("/api/devices/register", json={
        "deviceId": "seed-2", "technicianId": "1", "displayName": "Box", "os": "win32", "hostname": "BOX",
        "arch": "x64", "allowUnattended": False, "macAddress": "aa:bb:cc:dd:ee:ff", "version": "1.0.0"})
    assert fits(made.json, {"success": True, "device": DEVICE_ROW, "deviceSecret": str})
    assert nobody.post("/api/devices/register", json={"hostname": "BOX"}).status_code == 400
    assert nobody.get("/api/devices/pending/unknown").status_code == 404
    assert device.get(f"/api/devices/pending/{device.device_id}").text == '{"pending":false}'
    asked = technician_a.post(f"/api/devices/{device.device_id}/request")
    assert fits(asked.json, {"success": True, "sessionId": is_session, "message": str})
    assert device.get(f"/api/devices/pending/{device.device_id}").text \
        == f'{{"pending":true,"sessionId":"{asked.json["sessionId"]}"}}', "001's XP script searches for these letters"
    assert fits(admin.get("/api/devices").json, {"devices": [DEVICE_ROW]})
    renamed = admin.patch("/api/devices/seed-2", json={"customerName": "Anna", "machineName": ""})
    assert fits(renamed.json, {"success": True,
                               "device": {**DEVICE_ROW, "customer_name": "Anna", "machine_name": NONE}})
    assert fits(admin.delete("/api/devices/seed-2").json, {"success": True})
    for method, path in (("DELETE", ""), ("PATCH", ""), ("POST", "/request")):
        assert admin.open(method, "/api/devices/seed-2" + path, json={}).status_code == 404


def test_nulls_never_overwrite(device: Caller, admin: Caller) -> None:
    body = {"deviceId": device.device_id, "hostname": None, "os": None, "arch": None, "displayName": None}
    assert fits(device.post("/api/devices/register", json=body).json["device"],
                {"hostname": "device-host", "os": "Linux", "arch": "x86_64"})


@pytest.mark.parametrize("body", [
    {"problemDescription": "Printer", "phoneSupportHours": 1.5, "whatsappSupportMinutes": "10"},
    {"description": "Printer", "phoneSupportMinutes": 90, "whatsappSupportHours": "", "whatsappSupportMinutes": 10}])
def test_cases(technician_a: Caller, device: Caller, body: dict[str, Any]) -> None:
    session_id = device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json["sessionId"]
    body = {"sessionId": session_id, "deviceId": device.device_id, **body}
    made = technician_a.post("/api/cases", data=json.dumps(body))
    assert made.status_code == 200
    assert fits(made.json, {"success": True, "case": {
        **CASE_ROW, "session_id": session_id, "problem_description": "Printer", "phone_support_minutes": 90,
        "whatsapp_support_minutes": 10, "billable_total_seconds": 6000}})
    path = f"/api/cases/{made.json['case']['id']}"
    assert fits(technician_a.get("/api/cases?q=&status=&deviceId=&limit=").json, {"cases": [CASE_ROW]})
    for query, count in (("q=printer", 1), ("q=%25", 0), (f"q={session_id}", 1), ("status=open", 0),
                         ("status=closed", 1), (f"deviceId={device.device_id}", 1), ("limit=9999", 1)):
        assert len(technician_a.get(f"/api/cases?{query}").json["cases"]) == count, query
    assert fits(technician_a.get(path).json, {"case": CASE_ROW})
    paper = technician_a.get(path + "/pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert paper.headers["Content-Disposition"] == f'attachment; filename="case-{made.json["case"]["case_number"]}.pdf"'
    assert fits(technician_a.delete(path).json, {"success": True})
    for method in ("GET", "DELETE"):
        assert technician_a.open(method, path).status_code == 404


def test_the_pdf_opens_with_the_cookie_only(technician_a: Caller, device: Caller, client: FlaskClient) -> None:
    session_id = device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json["sessionId"]
    case = technician_a.post("/api/cases", json={"sessionId": session_id, "description": "x"}).json["case"]
    client.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD})
    assert client.get(f"/api/cases/{case['id']}/pdf").status_code == 200


def test_cases_that_cannot_be(technician_a: Caller) -> None:
    for body, status in (({"sessionId": "AAA-000-AAA", "description": "x"}, 404), ({"description": "x"}, 400),
                         ({"sessionId": "AAA-000-AAA"}, 400)):
        assert technician_a.post("/api/cases", json=body).status_code == status
    assert technician_a.get("/api/cases/not-a-uuid").status_code == 404
