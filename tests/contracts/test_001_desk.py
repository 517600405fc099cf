"""Contract 001, the rows of the desk around its sessions, as its dashboard calls them: by cookie and XSRF header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import PASSWORD, Caller
from tests.contracts.shape import ERROR, NONE, TIME, TIME_OR_NONE, fits

TEXT = (str, NONE)
LAYOUT = [{"id": "w1", "type": "quickConnect", "size": "small", "visible": True},
          {"id": "w2", "type": "classic", "size": "large", "visible": False}]
COUNTED = {
    "sessionId": str, "status": str, "createdAt": TIME, "connectedAt": TIME_OR_NONE, "endedAt": TIME_OR_NONE,
    "durationMs": int, "customerName": TEXT, "machineName": TEXT, "os": TEXT, "hostname": TEXT, "ip": TEXT,
    "country": TEXT, "region": TEXT, "city": TEXT, "deviceId": TEXT}


@pytest.fixture
def dashboard(client: FlaskClient) -> Callable[..., TestResponse]:
    """001's built dashboard: axios with the prefix /remote, the cookie, and the XSRF header that axios adds."""
    client.post("/remote/api/auth/local/login", json={"username": "tina", "password": PASSWORD})

    def call(method: str, path: str, body: Any = None) -> TestResponse:
        headers = {"Accept": "application/json, text/plain, */*"}
        if method != "GET":
            headers["X-XSRF-TOKEN"] = client.get_cookie("XSRF-TOKEN").value
        return client.open(f"/remote/api{path}", method=method, json=body, headers=headers)
    return call


def test_the_way_back_from_a_provider(nobody: Caller) -> None:
    assert nobody.get("/api/auth/callback").status_code == 400
    wrong = nobody.get("/api/auth/callback?code=abc&state=def")
    assert wrong.status_code == 403
    assert fits(wrong.json, {**ERROR, "details": str})


def test_preferences(dashboard: Callable[..., TestResponse], nobody: Caller) -> None:
    assert dashboard("GET", "/preferences").json == {
        "dashboardLayout": None, "sessionHistoryRetentionDays": None, "phoneSupportRate": 0, "whatsappSupportRate": 0,
        "remoteControlSupportRate": 0}
    kept = dashboard("PUT", "/preferences", {"dashboardLayout": LAYOUT, "sessionHistoryRetentionDays": 30,
                                             "phoneSupportRate": 45.129, "whatsappSupportRate": -3})
    assert kept.status_code == 200
    assert fits(kept.json, {"success": True, "preferences": {
        "dashboard_layout": lambda value: value == LAYOUT, "session_history_retention_days": 30,
        "phone_support_rate": 45.13, "whatsapp_support_rate": 0.0, "remote_control_support_rate": 0.0}})
    for days in (7, 90, 0, None):
        dashboard("PUT", "/preferences", {"sessionHistoryRetentionDays": days})
        assert dashboard("GET", "/preferences").json["sessionHistoryRetentionDays"] == days
    assert dashboard("GET", "/preferences").json["dashboardLayout"] == LAYOUT
    assert fits(nobody.get("/api/preferences").json, {**ERROR, "message": str, "loginUrl": "/login"})


def test_statistics(dashboard: Callable[..., TestResponse], technician_a: Caller, device: Caller) -> None:
    session_id = device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json["sessionId"]
    device.post("/api/sessions/register", json={"sessionId": session_id, "deviceId": device.device_id,
                                                "clientInfo": {"hostname": "PC", "os": "win32"}})
    answer = dashboard("GET", "/statistics/sessions?from=2026-01-01&to=2199-12-31&customer=&deviceId=&status=")
    assert answer.status_code == 200
    assert fits(answer.json, {"sessions": [COUNTED], "summary": {
        "totalSessions": 1, "totalDurationMs": int, "uniqueCustomers": 1}})
    assert answer.json["sessions"][0]["sessionId"] == session_id
    found = dashboard("GET", f"/statistics/sessions?deviceId={device.device_id}&customer=customer%20of")
    assert len(found.json["sessions"]) == 1
    assert dashboard("GET", "/statistics/sessions?to=2026-01-01").json["summary"]["totalSessions"] == 0
