"""/api/devices: listing, registering, renaming, removing, connecting; the other tenant gets nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.devices.models import Device
from connectassist.identity import tokens
from connectassist.identity.models import User
from tests.cast import Caller

ROW_001 = {"id", "device_id", "technician_id", "display_name", "os", "hostname", "arch", "last_ip", "last_country",
           "last_region", "last_city", "allow_unattended", "last_seen", "pending_session_id", "pending_requested_at",
           "created_at", "updated_at", "customer_name", "machine_name", "mac_address"}


@pytest.fixture
def secret_password(app: Flask, device: Caller) -> str:
    """A permanent password for the cast's device."""
    with app.app_context():
        row = db.session.query(Device).filter_by(device_id=device.device_id).one()
        row.permanent_password = app.extensions["vault"].encrypt("open-sesame")
        db.session.commit()
    return "open-sesame"


def test_the_list_is_the_desks_object(technician_a: Caller, device: Caller) -> None:
    body = technician_a.get("/api/devices").json
    assert body["success"] is True
    assert body["total"] == 1
    row = body["devices"][0]
    assert set(row) >= ROW_001
    assert (row["device_id"], row["status"], row["online"]) == (device.device_id, "offline", False)
    assert row["last_seen"].endswith("Z")


def test_a_pocket_it_sign_in_gets_the_bare_array(app: Flask, technician_a: Caller, device: Caller) -> None:
    with app.app_context():
        token = tokens.issue(db.session.get(User, technician_a.user_id), address="", audience=tokens.POCKET)
        db.session.commit()
    body = app.test_client().get("/api/devices", headers={"Authorization": f"Bearer {token}"}).json
    assert [row["device_id"] for row in body] == [device.device_id]


def test_everyone_sees_their_own(admin: Caller, technician_a: Caller, technician_b: Caller, viewer_a: Caller,
                                 device: Caller, device_b: Caller) -> None:
    def seen(by: Caller) -> set[str]:
        return {row["device_id"] for row in by.get("/api/devices").json["devices"]}
    assert seen(admin) == {device.device_id, device_b.device_id}
    assert seen(technician_a) == seen(viewer_a) == {device.device_id}
    assert seen(technician_b) == {device_b.device_id}


@pytest.mark.parametrize("who", ["nobody", "customer", "device"])
def test_the_list_is_for_staff(as_member: Callable[[str], Caller], who: str) -> None:
    assert as_member(who).get("/api/devices").status_code == (403 if who == "customer" else 401)


@pytest.mark.parametrize(("query", "count"), [
    ("search=device-host", 1), ("search=Customer%20of", 1), ("search=%25", 0), ("search=_", 0), ("search=", 1),
    ("status=offline", 1), ("status=online", 0), ("status=", 1), ("offset=5", 0), ("limit=1", 1),
    ("search=device_host", 0)])
def test_the_list_filters(technician_a: Caller, query: str, count: int) -> None:
    assert len(technician_a.get(f"/api/devices?{query}").json["devices"]) == count


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "offset=-1", "search=" + "x" * 121])
def test_a_filter_that_makes_no_sense(technician_a: Caller, query: str) -> None:
    answer = technician_a.get(f"/api/devices?{query}")
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


def test_the_permanent_password_is_for_technicians_and_audited(
        app: Flask, technician_a: Caller, viewer_a: Caller, secret_password: str) -> None:
    assert technician_a.get("/api/devices").json["devices"][0]["permanent_password"] == secret_password
    assert viewer_a.get("/api/devices").json["devices"][0]["permanent_password"] is None
    with app.app_context():
        stored = db.session.query(Device.permanent_password).filter_by(client_id=technician_a.client_id).scalar()
        entries = db.session.query(AuditEntry).filter_by(action="device.passwords_listed").all()
        assert secret_password not in stored
        assert [entry.actor_name for entry in entries] == ["Tina Acme"]


def test_a_new_device_gets_a_secret_once(nobody: Caller, admin: Caller) -> None:
    body = nobody.post("/api/devices/register", json={"deviceId": "pc-1", "displayName": "PC", "os": "Windows 11",
                                                      "hostname": "PC-1", "arch": "x64"}).json
    assert body["success"] is True
    assert body["device"]["display_name"] == "PC"
    headers = {"X-Device-Id": "pc-1", "X-Device-Secret": body["deviceSecret"]}
    again = nobody.post("/api/devices/register", json={"deviceId": "pc-1", "hostname": "NEW"}, headers=headers)
    assert again.status_code == 200
    assert "deviceSecret" not in again.json
    assert again.json["device"]["hostname"] == "NEW"
    assert again.json["device"]["os"] == "Windows 11", "what it leaves out stays"


@pytest.mark.parametrize("body", [{}, {"deviceId": ""}, {"deviceId": "a b"}, {"deviceId": "x" * 121},
                                  {"deviceId": 5}, {"deviceId": None}, {"deviceId": "ü"}, {"deviceId": "a\n"},
                                  {"deviceId": "ok", "allowUnattended": "perhaps"}])
def test_a_registration_that_makes_no_sense(nobody: Caller, body: dict) -> None:
    answer = nobody.post("/api/devices/register", json=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


def test_long_reports_are_cut_not_refused(nobody: Caller) -> None:
    answer = nobody.post("/api/devices/register", json={"deviceId": "pc-2", "hostname": "h" * 5000, "os": "<b>☃</b>"})
    assert answer.status_code == 200
    assert answer.json["device"]["hostname"] == "h" * 255
    assert answer.json["device"]["os"] == "<b>☃</b>"


def test_a_known_device_must_show_its_secret(nobody: Caller, device: Caller, device_b: Caller,
                                             technician_a: Caller) -> None:
    order = {"deviceId": device.device_id, "hostname": "stolen"}
    for who in (nobody, device_b, technician_a):
        assert who.post("/api/devices/register", json=order).status_code == 401
    wrong = {"X-Device-Id": device.device_id, "X-Device-Secret": "guess"}
    assert nobody.post("/api/devices/register", json=order, headers=wrong).status_code == 401
    assert device.post("/api/devices/register", json=order).status_code == 200


def test_bare_device_ids_count_only_where_the_operator_says_so(make_app: Callable[..., Flask], device: Caller) -> None:
    client = make_app(trust_bare_device_ids="1").test_client()
    client.post("/api/devices/register", json={"deviceId": "old"})
    assert client.post("/api/devices/register", json={"deviceId": "old", "hostname": "x"}).status_code == 200
    answer = client.post("/api/devices/register", json={"deviceId": device.device_id})
    assert answer.status_code == 401, "a device that has shown its secret must go on showing it"


def test_pending(device: Caller, device_b: Caller, nobody: Caller, technician_a: Caller) -> None:
    path = f"/api/devices/pending/{device.device_id}"
    assert device.get(path).json == {"pending": False}
    session_id = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    assert device.get(path).get_data(as_text=True) == f'{{"pending":true,"sessionId":"{session_id}"}}'
    assert device_b.get(path).status_code == nobody.get(path).status_code == 401
    assert device.get("/api/devices/pending/unknown").status_code == 404


def test_renaming(technician_a: Caller, device: Caller) -> None:
    path = f"/api/devices/{device.device_id}"
    body = technician_a.patch(path, json={"customerName": "Zoë <b>", "machineName": "Büro"}).json
    assert (body["device"]["customer_name"], body["device"]["machine_name"]) == ("Zoë <b>", "Büro")
    body = technician_a.patch(path, json={"machineName": ""}).json
    assert (body["device"]["customer_name"], body["device"]["machine_name"]) == ("Zoë <b>", None)
    assert technician_a.patch(path, json={"customerName": "x" * 121}).status_code == 400


@pytest.mark.parametrize(("method", "path"), [
    ("PATCH", ""), ("DELETE", ""), ("POST", "/request"), ("POST", "/connect")])
def test_the_other_tenant_gets_nothing(technician_b: Caller, viewer_a: Caller, nobody: Caller, technician_a: Caller,
                                       device: Caller, method: str, path: str) -> None:
    url = f"/api/devices/{device.device_id}{path}"
    assert technician_b.open(method, url, json={}).status_code == 404
    assert technician_b.open(method, f"/api/devices/unknown{path}", json={}).status_code == 404
    assert viewer_a.open(method, url, json={}).status_code == 403
    assert nobody.open(method, url, json={}).status_code == 401
    assert device.open(method, url, json={}).status_code == 401
    assert technician_a.get("/api/devices").json["devices"][0]["customer_name"] == "Customer of device"


def test_connecting_prepares_a_session(app: Flask, technician_a: Caller, device: Caller, secret_password: str) -> None:
    answer = technician_a.post(f"/api/devices/{device.device_id}/connect", json={"connection_type": "desktop"})
    info = answer.json["connection_info"]
    assert answer.json["success"] is True
    assert set(info) == {"device_id", "password", "server", "connection_type", "session_id", "session_url"}
    assert (info["device_id"], info["password"], info["server"]) == (device.device_id, secret_password, "localhost")
    assert info["session_url"].endswith(f"/sessions/{info['session_id']}")
    again = technician_a.post(f"/api/devices/{device.device_id}/connect").json["connection_info"]
    assert again["session_id"] == info["session_id"], "the live session goes on"
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="device.connect").first()
        assert (entry.device_id, entry.session_id) == (device.device_id, info["session_id"])


def test_request_needs_no_body_and_no_content_type(technician_a: Caller, device: Caller) -> None:
    assert technician_a.post(f"/api/devices/{device.device_id}/request").json["success"] is True


def test_removing_ends_sessions_and_the_secret(technician_a: Caller, device: Caller) -> None:
    session_id = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    assert technician_a.delete(f"/api/devices/{device.device_id}").json["success"] is True
    assert technician_a.get("/api/devices").json["devices"] == []
    assert technician_a.get(f"/api/sessions/{session_id}").json["status"] == "ended"
    assert device.get(f"/api/devices/pending/{device.device_id}").status_code == 401
    assert technician_a.delete(f"/api/devices/{device.device_id}").status_code == 404
