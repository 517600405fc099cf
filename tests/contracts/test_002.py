"""Contract 002, row by row, called as its document and its real pages call it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cast import Caller
from tests.contracts.shape import ERROR, NONE, TIME, fits

PORTAL = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
CODE = re.compile(r"[0-9]{6}")
URL = re.compile(r"/downloads/ConnectAssist-SUPP-[0-9]{6}-[0-9]{10}\.zip")
DEVICE = {"device_id": str, "customer_name": str, "status": "offline", "last_seen": TIME, "ip_address": (str, NONE),
          "platform": str, "permanent_password": (str, NONE), "support_code": (str, NONE),
          # what 002's own page reads besides
          "id": int, "device_name": str, "os": str, "created_at": TIME}


def is_code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def is_url(value: Any) -> bool:
    return isinstance(value, str) and URL.fullmatch(value) is not None


def test_status(nobody: Caller) -> None:
    answer = nobody.get("/api/status")
    assert answer.status_code == 200
    assert fits(answer.json, {
        "online": True, "server": "localhost", "timestamp": TIME, "version": str,
        "services": {"database": "connected", "rustdesk_relay": "running", "client_builder": "available"}})


def test_customer_installer(nobody: Caller, code: str) -> None:
    answer = nobody.post("/api/customer/installer", json={"support_code": code}, headers=PORTAL)
    assert answer.status_code == 200
    assert fits(answer.json, {
        "success": True, "download_url": is_url, "expires_at": TIME, "instructions": str, "support_code": code,
        "customer_info": {"customer_name": "John Smith", "device_id": str},
        "customer_data": {"customer_name": "John Smith", "customer_email": str, "customer_phone": str,
                          "session_notes": str}})
    assert answer.json["customer_info"]["device_id"] in answer.json["download_url"]


def test_the_same_code_twice_is_the_same_package(nobody: Caller, code: str) -> None:
    urls = {nobody.post("/api/customer/installer", json={"support_code": code}, headers=PORTAL).json["download_url"]
            for _ in range(2)}
    assert len(urls) == 1, "the code is not consumed, and the package is re-used"


@pytest.mark.parametrize("body", [
    {}, {"support_code": ""}, {"support_code": "12345"}, {"support_code": "1234567"}, {"support_code": "abcdef"},
    {"support_code": "000000"}, {"support_code": 1}, {"support_code": None}, {"support_code": ["123456"]},
    {"support_code": {"$gt": ""}}, {"support_code": True}, {"support_code": 1e300}, {"support_code": "' OR 1=1 --"}])
def test_customer_installer_refuses_all_bad_codes_alike(nobody: Caller, body: dict[str, Any]) -> None:
    answer = nobody.post("/api/customer/installer", json=body)
    assert answer.status_code == 400
    assert fits(answer.json, {**ERROR, "error": "Invalid or expired support code",
                              "error_code": "INVALID_SUPPORT_CODE"})
    assert set(answer.json) == set(ERROR)


@pytest.mark.parametrize("body", [
    {"support_code": "CODE", "download_url": "/downloads/ConnectAssist-SUPP-123456-1720012345.zip",
     "user_agent": "Mozilla/5.0...", "ip_address": "192.168.1.100"},
    {"support_code": "CODE", "timestamp": "2026-01-01T00:00:00.000Z"}, {"support_code": "000000"}, {},
    {"support_code": None}, {"support_code": 5, "user_agent": 5, "ip_address": [], "download_url": {}}])
def test_track_download_always_says_yes(nobody: Caller, code: str, body: dict[str, Any]) -> None:
    given = {**body, "support_code": code} if body.get("support_code") == "CODE" else body
    answer = nobody.post("/api/track-download", json=given)
    assert (answer.status_code, answer.json) == (200, {"success": True, "tracked": True})


def test_stats(technician_a: Caller, code: str) -> None:
    answer = technician_a.get("/api/stats")
    assert answer.status_code == 200
    assert fits(answer.json, {
        "success": True, "stats": {"online_devices": int, "total_customers": int, "active_support_codes": 1,
                                   "total_sessions_today": int, "system_uptime": str},
        # flat, as 002's page reads them
        "online_devices": int, "total_customers": int, "active_codes": 1, "active_sessions": int})


@pytest.mark.parametrize("body", [
    {"customer_name": "John Smith", "notes": "Printer setup assistance", "expires_hours": 24},
    {"customer_name": "John Smith", "customer_email": "j@example.com", "customer_phone": "+49 1", "session_notes": "x"},
    {"customer_name": "John Smith", "customer_email": "", "customer_phone": "", "session_notes": ""},
    {"customer_name": "John Smith", "customer_email": None, "notes": None, "expires_hours": None},
    {"customer_name": "John Smith", "expires_hours": "24", "something": {"else": [1]}}])
def test_support_code_is_made(technician_a: Caller, body: dict[str, Any]) -> None:
    answer = technician_a.post("/api/support-codes", json=body)
    assert answer.status_code == 200
    assert fits(answer.json, {
        "success": True, "support_code": is_code, "customer_name": "John Smith", "expires_at": TIME,
        "created_at": TIME, "client_package": {"created": True, "download_url": is_url},
        "download_url": is_url, "customer_data": dict})


def test_support_code_needs_a_name(technician_a: Caller) -> None:
    for body in ({}, {"customer_name": ""}, {"customer_name": "   "}, {"customer_name": None}, {"customer_name": 5}):
        answer = technician_a.post("/api/support-codes", json=body)
        assert answer.status_code == 400, body
        assert fits(answer.json, ERROR)


def test_support_codes_are_listed(technician_a: Caller, code: str) -> None:
    answer = technician_a.get("/api/support-codes")
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "support_codes": [{
        "code": code, "customer_name": "John Smith", "created_at": TIME, "expires_at": TIME, "status": "active",
        "downloads": 0}]})


def test_support_code_is_deactivated(technician_a: Caller, nobody: Caller, code: str) -> None:
    answer = technician_a.delete(f"/api/support-codes/{code}")
    assert answer.status_code == 200
    assert answer.json == {"success": True, "message": f"Support code {code} deactivated"}
    assert technician_a.get("/api/support-codes").json["support_codes"] == []
    assert technician_a.delete(f"/api/support-codes/{code}").status_code == 404
    assert nobody.post("/api/customer/installer", json={"support_code": code}).json["error_code"] \
        == "INVALID_SUPPORT_CODE"


def test_devices(technician_a: Caller) -> None:
    answer = technician_a.get("/api/devices")
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "devices": [DEVICE]})


def test_an_enrolled_device_has_its_code_and_a_password(technician_a: Caller, viewer_a: Caller,
                                                        enrolled: dict[str, Any]) -> None:
    rows = {name: next(d for d in caller.get("/api/devices").json["devices"]
                       if d["device_id"] == enrolled["deviceId"])
            for name, caller in (("technician", technician_a), ("viewer", viewer_a))}
    assert fits(rows["technician"], {"permanent_password": str, "support_code": is_code,
                                     "customer_name": "John Smith"})
    assert len(rows["technician"]["permanent_password"]) >= 16
    assert rows["viewer"]["permanent_password"] is None, "shown to those who may connect"


@pytest.mark.parametrize("body", [
    {"connection_type": "view_only", "technician_id": "TECH-001"}, {"connection_type": "view_only",
                                                                    "technician_id": 5}])
def test_device_connect(technician_a: Caller, enrolled: dict[str, Any], body: dict[str, Any]) -> None:
    answer = technician_a.post(f"/api/devices/{enrolled['deviceId']}/connect", json=body)
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "connection_info": {
        "device_id": enrolled["deviceId"], "password": str, "server": "localhost", "connection_type": "view_only"}})


def test_the_pages_own_connect(technician_a: Caller, enrolled: dict[str, Any]) -> None:
    device_id = enrolled["deviceId"]
    for kind, shown in (("desktop", "desktop"), ("file", "file"), ("terminal", "terminal"), (None, "desktop")):
        answer = technician_a.post("/api/connect", json={"device_id": device_id, **({"connection_type": kind} if kind
                                                                                    else {})})
        assert answer.status_code == 200, answer.text
        assert fits(answer.json, {"success": True, "connection_info": {
            "device_id": device_id, "password": str, "server": "localhost", "connection_type": shown}})
    assert technician_a.post("/api/connect", json={}).status_code == 400
    assert technician_a.post("/api/connect", json={"device_id": "unknown"}).status_code == 404


def test_a_device_says_its_status(device: Caller, device_b: Caller, technician_a: Caller, nobody: Caller) -> None:
    path = f"/api/devices/{device.device_id}/status"
    for body in ({"status": "online"}, {}):
        answer = device.post(path, json=body)
        assert (answer.status_code, answer.json["success"]) == (200, True)
    assert device.post(path, json={"status": "on fire"}).status_code == 400
    for caller in (nobody, device_b):
        assert caller.post(path, json={"status": "online"}).status_code == 401
    seen = technician_a.get("/api/devices").json["devices"][0]
    assert fits(seen, {"status": "offline", "last_seen": TIME}), "online is who has a socket open"


def test_logs(technician_a: Caller, code: str) -> None:
    answer = technician_a.get("/api/logs")
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "logs": [{
        "timestamp": TIME, "level": str, "message": str, "category": str}]})
    found = next(each for each in answer.json["logs"] if each["category"] == "support_code")
    assert fits(found, {"level": "INFO", "message": f"Support code {code} generated for John Smith"})


def test_activity(technician_a: Caller, code: str) -> None:
    answer = technician_a.get("/api/activity")
    assert answer.status_code == 200
    assert fits(answer.json, [{"type": str, "title": str, "description": str, "timestamp": TIME}])
    assert len(answer.json) <= 10
