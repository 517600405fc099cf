"""Contract 000's REST rows with their documented bodies, answers and errors: by token, through the mount, and from
localhost without proof, as the document's own examples are written."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connectassist.features.device_chat import service as chat
from connectassist.features.diagnostics import arriving
from connectassist.features.diagnostics import service as diagnostics
from tests.cast import ACME, BETA, DEVICE_ID, DEVICE_OF_B_ID, PASSWORD
from tests.contracts import rows_000 as rows
from tests.contracts.pocket import WAYS, Dashboard
from tests.contracts.shape import TIME, fits

DEVICE = "device-abc123"


@pytest.fixture(params=WAYS)
def dashboard(request: pytest.FixtureRequest, make_app: Callable[..., Flask], payloads: Path) -> Dashboard:
    trusts = {"trust_localhost": 1} if request.param == "localhost" else {}
    return Dashboard(make_app(payloads=payloads, **trusts), request.param)


def is_token(value: Any) -> bool:
    return str(uuid.UUID(value)) == value and uuid.UUID(value).version == 4


def test_enrollment_and_devices(dashboard: Dashboard) -> None:
    call, good, refused = dashboard.call, dashboard.good, dashboard.refused
    assert call("GET", "/health").json == {"status": "ok", "service": "pocket-it"}
    made = good("POST", "/api/enrollment/token", {"client_id": ACME})
    assert fits(made, {"token": is_token, "expiresAt": TIME, "client_id": ACME, "client_name": "Acme"})
    refused(400, "POST", "/api/enrollment/token")
    refused(404, "POST", "/api/enrollment/token", {"client_id": 999})
    order = {"token": made["token"], "deviceId": DEVICE, "hostname": "DESKTOP-USER01", "osVersion": "Windows 11"}
    for lost in ("token", "deviceId", "hostname"):
        refused(400, "POST", "/api/enrollment/enroll", {**order, lost: None}, Accept="*/*")
    assert fits(good("POST", "/api/enrollment/enroll", order), {"success": True, "deviceId": DEVICE,
                                                                "deviceSecret": str})
    for token in (made["token"], "a1b2c3d4-e5f6-7890-abcd-ef1234567890"):
        refused(400, "POST", "/api/enrollment/enroll", {**order, "deviceId": "other", "token": token}, Accept="*/*")
    listed = call("GET", "/api/devices").json
    assert fits(listed, [rows.DEVICE_ROW]), "a bare array"
    assert {each["device_id"] for each in listed} == {DEVICE, DEVICE_ID, DEVICE_OF_B_ID}
    assert {each["client_id"] for each in good("GET", f"/api/devices?client_id={ACME}")} == {ACME}
    examined(dashboard.app)
    found = call("GET", f"/api/devices/{DEVICE}").json
    assert fits(found, {**rows.DEVICE_DETAIL, "hostname": "DESKTOP-USER01", "os_version": "Windows 11",
                        "client_id": ACME, "health_score": 50})
    refused(404, "GET", "/api/devices/nothing-here")
    assert dashboard.acting("bert").refused(403, "GET", f"/api/devices/{DEVICE}")
    results = good("GET", f"/api/devices/{DEVICE}/diagnostics")
    assert fits(results, [{"id": int, "device_id": DEVICE, "check_type": "network", "status": "completed",
                           "data": str, "created_at": TIME}])
    assert json.loads(results[0]["data"]) == {"adapters": [], "internetConnectivity": True}
    summary = good("GET", "/api/devices/health/summary")
    assert fits(summary, {"avgScore": (int, float), "devices": [rows.FLEET_ROW], "breakdown": {
        "healthy": 0, "warning": 1, "critical": 0, "unscanned": 2}})


def examined(app: Flask) -> None:
    """The device sends the result of its first check, as the document shows one."""
    said = {"checkType": "network", "status": "completed", "results": {"adapters": [], "internetConnectivity": True}}
    with app.app_context():
        diagnostics.keep([arriving.read(DEVICE, said)])


def test_tickets(dashboard: Dashboard, device_proof: dict[str, str]) -> None:
    call, good, refused = dashboard.call, dashboard.good, dashboard.refused
    body = {"device_id": DEVICE_ID, "title": "Cannot print to network printer", "priority": "medium"}
    made = call("POST", "/api/tickets", body)
    assert made.status_code == 201
    assert fits(made.json, {"id": int, "device_id": DEVICE_ID, "title": body["title"]})
    told = call("POST", "/api/tickets", {**body, "description": "Blue screen", "priority": "high",
                                         "category": "hardware"}, **device_proof)
    assert (told.status_code, told.json["priority"], told.json["category"]) == (201, "high", "hardware")
    for lost in ("device_id", "title"):
        refused(400, "POST", "/api/tickets", {**body, lost: None})
    refused(400, "POST", "/api/tickets", {"device_id": DEVICE_ID}, **device_proof)
    path = f"/api/tickets/{made.json['id']}"
    listed = call("GET", "/api/tickets").json
    assert fits(listed, [rows.TICKET])
    assert [each["id"] for each in listed] == [told.json["id"], made.json["id"]], "newest first"
    assert call("PATCH", path, {"status": "in_progress", "priority": "high", "assigned_to": 1}).json == {
        "success": True}
    for status, count in (("open", 1), ("in_progress", 1), ("resolved", 0), ("no-such-status", 0)):
        assert len(good("GET", f"/api/tickets?status={status}")) == count
    assert len(good("GET", f"/api/tickets?device_id={DEVICE_ID}")) == 2
    for wrong in ({}, {"unknown": 1}, {"status": "lost"}, {"priority": "top"}):
        refused(400, "PATCH", path, wrong)
    note = {"author": "tech-user", "content": "Requested user to restart router"}
    comment = good("POST", f"{path}/comments", note, status=201)
    assert fits(comment, {"id": int})
    refused(400, "POST", f"{path}/comments", {"author": "tech-user"})
    assert fits(call("GET", path).json, {**rows.TICKET, "status": "in_progress", "assigned_to": 1, "comments": [
        {"id": comment["id"], "ticket_id": made.json["id"], "author": str, "content": note["content"],
         "created_at": TIME}]})
    assert good("PATCH", path, {"assigned_to": None}) == {"success": True}
    for method, rest, more in (("GET", "", None), ("PATCH", "", {"status": "open"}), ("POST", "/comments", note)):
        refused(404, method, f"/api/tickets/999{rest}", more)


@pytest.fixture
def device_proof(cast: dict[str, Any]) -> dict[str, str]:
    """The headers with which an agent proves itself, as `call` takes them."""
    return {name.replace("-", "_"): value for name, value in cast["device"].headers.items()}


def test_chat_and_assistant(dashboard: Dashboard) -> None:
    call, good, refused = dashboard.call, dashboard.good, dashboard.refused
    with dashboard.app.app_context():
        for number in range(59):
            chat.keep(DEVICE_ID, sender="user", content=f"line {number}")
        chat.keep(DEVICE_ID, sender="ai", content="Let me look", action=rows.ACTION)
    path = f"/api/chat/{DEVICE_ID}"
    last = call("GET", path + "/history").json
    assert fits(last, [rows.MESSAGE])
    assert (len(last), last[0]["content"]) == (50, "line 10"), "the newest 50, oldest first"
    assert (last[-1]["message_type"], json.loads(last[-1]["metadata"])) == ("diagnose", rows.ACTION)
    assert (last[0]["message_type"], last[0]["metadata"]) == ("text", None)
    assert call("GET", path).json == last, "the address that the original serves"
    assert len(good("GET", f"{path}/history?limit=100")) == 60
    assert [each["content"] for each in good("GET", f"{path}/history?limit=50&offset=50")] == [
        f"line {number}" for number in range(10)]
    refused(404, "GET", "/api/chat/nothing-here/history")
    shown = good("GET", "/api/llm/config")
    assert fits(shown, {"provider": "builtin", "model": str, "url": str})
    assert good("GET", "/api/llm/models") == {name: shown[name] for name in ("provider", "model")}


def test_staff(dashboard: Dashboard) -> None:
    call, good, refused = dashboard.call, dashboard.good, dashboard.refused
    signed_in = call("POST", "/api/admin/login", {"username": "admin", "password": PASSWORD}).json
    assert fits(signed_in, rows.SIGNED_IN)
    assert {each["slug"] for each in signed_in["clients"]} == {"default", "acme", "beta"}
    own = good("POST", "/api/admin/login", {"username": "tina", "password": PASSWORD})
    assert fits(own, {"user": {"username": "tina", "display_name": "Tina Acme", "role": "technician"}})
    assert own["clients"] == [{"id": ACME, "name": "Acme", "slug": "acme"}]
    for body in ({}, {"username": "admin"}, {"password": PASSWORD}):
        refused(400, "POST", "/api/admin/login", body)
    assert refused(401, "POST", "/api/admin/login", {"username": "admin", "password": "no"}) == "Invalid credentials"
    new = {"username": "tech-user", "password": "secure-password", "display_name": "Tech User", "role": "technician"}
    made = call("POST", "/api/admin/users", new)
    assert made.status_code == 201
    assert fits(made.json, {"id": int, "username": "tech-user", "role": "technician"})
    assert fits(good("POST", "/api/admin/users", {"username": "plain", "password": "secure-password"}, status=201),
                {"role": "technician"})
    for wrong in (new, {"username": "x"}, {"password": "y"}, {**new, "username": "other", "role": "emperor"}):
        refused(400, "POST", "/api/admin/users", wrong)
    listed = call("GET", "/api/admin/users").json
    assert fits(listed, [rows.STAFF])
    assert fits(next(each for each in listed if each["username"] == "tech-user"),
                {"display_name": "Tech User", "role": "technician"})
    assert fits(good("GET", "/api/admin/stats"), {**rows.STATS, "totalDevices": 2, "averageHealth": None})
    technician = dashboard.acting("tina")
    assert fits(technician.good("GET", "/api/admin/stats"), {**rows.STATS, "totalDevices": 1})
    technician.refused(403, "GET", "/api/admin/users")
    technician.refused(403, "POST", "/api/admin/users", new)


def test_clients(dashboard: Dashboard) -> None:
    call, refused = dashboard.call, dashboard.refused
    technician, new = dashboard.acting("tina"), {"name": "Widget & Söhne GmbH", "contact_name": "Jane Smith",
                                                 "contact_email": "jane@acme.com", "notes": "Primary"}
    made = call("POST", "/api/clients", new)
    assert made.status_code == 201
    assert fits(made.json, {"id": int, "name": new["name"], "slug": str})
    path = f"/api/clients/{made.json['id']}"
    for wrong in ({}, {"contact_name": "x"}, {"name": ""}, new):
        refused(400, "POST", "/api/clients", wrong)
    technician.refused(403, "POST", "/api/clients", {"name": "Mine"})
    listed = call("GET", "/api/clients").json
    assert fits(listed, [rows.CLIENT])
    assert [each["name"] for each in listed] == ["Acme", "Beta", "Default", new["name"]]
    assert fits(next(each for each in listed if each["slug"] == "default"), {"id": 1, "name": "Default"})
    assert [each["slug"] for each in technician.good("GET", "/api/clients")] == ["acme"]
    assert call("PATCH", path, {"name": "Widget Ltd", "contact_email": "new@acme.com"}).json == {"success": True}
    assert fits(call("GET", path).json, {**rows.CLIENT, "name": "Widget Ltd", "slug": made.json["slug"],
                                         "contact_email": "new@acme.com", "contact_name": "Jane Smith"})
    assert technician.good("GET", f"/api/clients/{ACME}")["slug"] == "acme"
    technician.refused(403, "GET", f"/api/clients/{BETA}")
    refused(400, "PATCH", path, {})
    technician.refused(403, "PATCH", path, {"notes": "x"})
    technician.refused(403, "DELETE", path)
    refused(400, "DELETE", f"/api/clients/{ACME}")
    assert call("DELETE", path).json == {"success": True}
    for method in ("GET", "PATCH", "DELETE"):
        refused(404, method, path, {"notes": "x"} if method == "PATCH" else None)


def test_people_of_a_client(dashboard: Dashboard, cast: dict[str, Any]) -> None:
    call, refused, technician = dashboard.call, dashboard.refused, dashboard.acting("tina")
    path, tina = f"/api/clients/{BETA}/users", cast["technician_a"].user_id
    assert call("POST", path, {"user_id": tina}).json == {"success": True}
    assert fits(call("GET", path).json, [{"id": int, "username": str, "display_name": str, "role": "technician",
                                          "assigned_at": TIME}])
    refused(400, "POST", path, {})
    refused(400, "POST", path, {"user_id": tina})
    refused(404, "POST", path, {"user_id": 999})
    for method, rest, body in (("GET", "", None), ("POST", "", {"user_id": tina}), ("DELETE", f"/{tina}", None)):
        technician.refused(403, method, path + rest, body)
        refused(404, method, f"/api/clients/999/users{rest}", body)
    assert call("DELETE", f"{path}/{tina}").json == {"success": True}
    refused(404, "DELETE", f"{path}/{tina}")


def test_installer(dashboard: Dashboard, payloads: Path) -> None:
    call, refused = dashboard.call, dashboard.refused
    tokens = set()
    for _ in range(2):
        answer = call("GET", f"/api/clients/{ACME}/installer")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="pocket-it-acme.zip"'
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            settings = archive.read("appsettings.json").decode()
        assert fits(json.loads(settings), {"Server": {"Url": str}, "Enrollment": {"Token": is_token},
                                           "Database": {"Path": str}, "Monitoring": {"IntervalMinutes": int}})
        assert settings.startswith('{\n  "')
        tokens.add(json.loads(settings)["Enrollment"]["Token"])
    assert len(tokens) == 2, "a fresh one each time"
    dashboard.good("POST", "/api/enrollment/enroll", {"token": tokens.pop(), "deviceId": DEVICE, "hostname": "PC"})
    dashboard.acting("tina").refused(403, "GET", f"/api/clients/{ACME}/installer")
    refused(404, "GET", "/api/clients/999/installer")
    for build in payloads.iterdir():
        build.unlink()
    assert refused(500, "GET", f"/api/clients/{ACME}/installer") == "Client build not found"


PUBLIC = ("GET /health", "POST /api/enrollment/enroll", "POST /api/admin/login", "GET /api/llm/config",
          "GET /api/llm/models")


@pytest.mark.parametrize("prefix", ["", "/pocket-it"])
def test_from_elsewhere_everything_wants_proof(app: Flask, prefix: str) -> None:
    """Remote callers without a token, or with a wrong one."""
    client = app.test_client(use_cookies=False)
    for row in [row for row in rows.REST if row not in PUBLIC]:
        method, rule = row.split()
        path = "/".join("1" if part.startswith("<") else part for part in rule.split("/"))
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
            answer = client.open(prefix + path, method=method, json={"device_id": DEVICE_ID, "title": "x"},
                                 headers=headers)
            assert (answer.status_code, type(answer.json["error"])) == (401, str), row
            assert not prefix or set(answer.json) == {"error"}


def test_a_device_that_knows_only_its_id(make_app: Callable[..., Flask]) -> None:
    """A ticket of a device that was enrolled and proves nothing, where bare ids are trusted. One that has shown its
    secret must show it again."""
    dashboard = Dashboard(make_app(trust_bare_device_ids=1), "token")
    token = dashboard.good("POST", "/api/enrollment/token", {"client_id": ACME})["token"]
    dashboard.good("POST", "/api/enrollment/enroll", {"token": token, "deviceId": DEVICE, "hostname": "PC"})
    said = {"device_id": DEVICE, "title": "Recurring BSOD on startup"}
    assert dashboard.call("POST", "/api/tickets", said, Accept="*/*").status_code == 201
    dashboard.refused(401, "POST", "/api/tickets", {**said, "device_id": DEVICE_ID}, Accept="*/*")
    dashboard.refused(404, "POST", "/api/tickets", {**said, "device_id": "nothing-here"}, Accept="*/*")
