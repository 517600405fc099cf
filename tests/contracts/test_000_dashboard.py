"""What contract 000's real dashboard and agents call besides the document's rows, in the order of its boots."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connectassist.features.device_chat import service as chat
from connectassist.features.diagnostics import arriving
from connectassist.features.diagnostics import service as diagnostics
from tests.cast import ACME, BETA, DEVICE_ID, PASSWORD, Caller
from tests.contracts import rows_000 as rows
from tests.contracts.pocket import Dashboard
from tests.contracts.shape import TIME, TIME_OR_NONE, fits


@pytest.fixture
def dashboard(make_app: Callable[..., Flask], payloads: Path) -> Dashboard:
    """The dashboard on its server's own computer, which the operator trusts."""
    return Dashboard(make_app(payloads=payloads, trust_localhost=1), "mount")


@pytest.mark.parametrize("way", ["token", "mount"])
def test_the_dashboard_boots(make_app: Callable[..., Flask], way: str) -> None:
    """On localhost it signs itself in; elsewhere it asks for the profile and the clients too."""
    dashboard = Dashboard(make_app(trust_localhost=1), way)
    signed_in = dashboard.call("POST", "/api/admin/auto-login", Accept="*/*").json
    assert fits(signed_in, rows.SIGNED_IN)
    proof = {"Authorization": f"Bearer {signed_in['token']}"}
    with dashboard.app.app_context():
        chat.keep(DEVICE_ID, sender="user", content="Hello?")
    for path, shape in (
            ("/api/admin/user/preferences", {}), ("/api/admin/stats", rows.STATS), ("/api/devices", [rows.DEVICE_ROW]),
            ("/api/devices/unread-counts", {DEVICE_ID: 1}),
            ("/api/alerts/stats", {"activeCount": 0, "criticalCount": 0, "warningCount": 0}),
            ("/api/admin/user/profile", {"id": int, "username": "admin", "display_name": str, "role": "admin"}),
            ("/api/clients", [rows.CLIENT])):
        answer = dashboard.call("GET", path, **proof)
        assert answer.status_code == 200, path
        assert fits(answer.json, shape), path


def test_no_auto_login_elsewhere(make_app: Callable[..., Flask]) -> None:
    Dashboard(make_app(), "token").refused(403, "POST", "/api/admin/auto-login")
    forwarded = Dashboard(make_app(trust_localhost=1), "mount")
    forwarded.refused(403, "POST", "/api/admin/auto-login", X_Forwarded_For="203.0.113.9")


def test_ones_own_account(dashboard: Dashboard) -> None:
    good, wanted = dashboard.good, {"theme": "dark", "defaultPage": "fleet", "itemsPerPage": 50,
                                    "dateFormat": "relative", "timezone": "Europe/Berlin"}
    assert good("PUT", "/api/admin/user/preferences", wanted) == wanted
    assert good("GET", "/api/admin/user/preferences") == wanted
    assert fits(good("PUT", "/api/admin/user/profile", {"display_name": "The Admin"}), {"display_name": "The Admin"})
    assert fits(good("GET", "/api/admin/user/profile"), {"display_name": "The Admin"})
    user_id = good("POST", "/api/admin/users", {"username": "tech", "password": PASSWORD}, status=201)["id"]
    tech, new = dashboard.acting("tech"), {"currentPassword": PASSWORD, "newPassword": "another-horse"}
    tech.refused(400, "PUT", "/api/admin/user/password", {**new, "currentPassword": "no"})
    assert tech.good("PUT", "/api/admin/user/password", new) == {"success": True}
    dashboard.refused(401, "POST", "/api/admin/login", {"username": "tech", "password": PASSWORD})
    changed = good("PUT", f"/api/admin/users/{user_id}", {"display_name": "T", "role": "viewer", "password": PASSWORD})
    assert fits(changed, {"display_name": "T", "role": "viewer"})
    assert good("DELETE", f"/api/admin/users/{user_id}")["success"] is True
    assert "tech" not in {each["username"] for each in good("GET", "/api/admin/users")}


def test_a_ticket_by_hand(dashboard: Dashboard) -> None:
    order = {"device_id": DEVICE_ID, "title": "Printer", "description": "", "priority": "low", "category": "",
             "requested_by": "Anna"}
    made = dashboard.good("POST", "/api/tickets/manual", order, status=201)
    assert fits(made, {"id": int, "device_id": DEVICE_ID, "title": "Printer"})
    assert fits(dashboard.good("GET", f"/api/tickets/{made['id']}"), {**rows.TICKET, "requested_by": "Anna",
                                                                      "priority": "low", "hostname": str})
    for wrong, status in (({"title": "x"}, 400), ({"device_id": DEVICE_ID}, 400),
                          ({"device_id": "nothing-here", "title": "x"}, 404)):
        dashboard.refused(status, "POST", "/api/tickets/manual", wrong)


def test_a_device_is_moved_and_removed(dashboard: Dashboard) -> None:
    call, path = dashboard.call, f"/api/devices/{DEVICE_ID}"
    for client_id, kept in ((BETA, BETA), (None, 1)):
        assert call("PATCH", f"{path}/client", {"client_id": client_id}).json == {"success": True}
        assert dashboard.good("GET", path)["client_id"] == kept
    dashboard.refused(404, "PATCH", f"{path}/client", {"client_id": 999})
    assert fits(call("DELETE", path).json, {"success": True, "message": str})
    dashboard.refused(404, "DELETE", path)


@pytest.mark.parametrize("path", [f"/api/devices/{DEVICE_ID}", f"/api/clients/{ACME}"])
def test_notes_fields_and_activity(dashboard: Dashboard, path: str) -> None:
    good, of = dashboard.good, "device_id" if "devices" in path else "client_id"
    note = good("POST", f"{path}/notes", {"content": "Be kind"}, status=201)
    written = {"id": int, of: (str, int), "author": str, "content": "Be kind", "created_at": TIME}
    assert fits(note, written)
    assert fits(good("GET", f"{path}/notes"), [written])
    assert good("DELETE", f"{path}/notes/{note['id']}")["success"] is True
    assert good("GET", f"{path}/notes") == []
    good("PUT", f"{path}/custom-fields", {"fields": {"Room": "12", "Rack/Unit": "3"}})
    assert fits(good("GET", f"{path}/custom-fields"), [{
        of: (str, int), "field_name": str, "field_value": str, "updated_at": TIME, "updated_by": str}])
    good("DELETE", f"{path}/custom-fields/Rack%2FUnit")
    assert [each["field_name"] for each in good("GET", f"{path}/custom-fields")] == ["Room"]
    if of == "device_id":
        shown = good("GET", f"{path}/activity?page=1&limit=20&action=&from=&to=")
        assert fits(shown, {"total": int, "page": 1, "limit": 20, "activities": [
            {"id": int, "actor": str, "action": str, "details": str, "created_at": TIME}]})
        assert all(isinstance(json.loads(each["details"]), dict) for each in shown["activities"])
        assert good("GET", f"{path}/activity?from=2999-01-01")["activities"] == []


def test_alerts(dashboard: Dashboard) -> None:
    good, said = dashboard.good, {"checkType": "disk", "status": "error", "label": "Disks", "value": "C: is full"}
    with dashboard.app.app_context():
        diagnostics.keep([arriving.read(DEVICE_ID, {**said, "results": {}})])
    active = good("GET", "/api/alerts?status=active&limit=10")
    assert fits(active, [{**rows.ALERT, "severity": "critical", "status": "active"}])
    assert good("GET", "/api/alerts/stats") == {"activeCount": 1, "criticalCount": 1, "warningCount": 0}
    alert_id = active[0]["id"]
    assert fits(good("POST", f"/api/alerts/{alert_id}/acknowledge"), {**rows.ALERT, "status": "acknowledged"})
    assert fits(good("POST", f"/api/alerts/{alert_id}/resolve"), {**rows.ALERT, "status": "resolved",
                                                                  "resolved_at": TIME_OR_NONE})
    assert good("GET", "/api/alerts?status=active") == []
    dashboard.refused(404, "POST", "/api/alerts/999/resolve")


def test_what_agents_ask_over_http(dashboard: Dashboard) -> None:
    call, token = dashboard.call, dashboard.good("POST", "/api/enrollment/token", {"client_id": ACME})["token"]
    package = call("GET", f"/api/installer/package?token={token}", Accept="*/*")
    assert (package.status_code, package.mimetype) == (200, "application/zip")
    assert b"appsettings.json" not in package.data
    dashboard.refused(400, "GET", "/api/installer/package?token=wrong", Accept="*/*")
    secret = enrolled(dashboard, "agent-1", token)
    standing = call("GET", "/api/enrollment/status/agent-1", x_device_secret=secret)
    assert (standing.status_code, standing.json) == (200, {"enrolled": True, "deviceId": "agent-1"})
    for path, proof, status in (("agent-1", "wrong", 401), ("nothing-here", secret, 404)):
        answer = call("GET", f"/api/enrollment/status/{path}", x_device_secret=proof)
        assert (answer.status_code, answer.json.get("enrolled")) == (status, False if status == 404 else None)


def enrolled(dashboard: Dashboard, device_id: str, token: str) -> str:
    """The secret of a device that enrolls as 000's agent does."""
    order = {"token": token, "deviceId": device_id, "hostname": "PC"}
    return dashboard.good("POST", "/api/enrollment/enroll", order)["deviceSecret"]


def test_an_installed_agent_renews_itself(dashboard: Dashboard) -> None:
    installer = dashboard.call("GET", f"/api/clients/{ACME}/installer").data
    with zipfile.ZipFile(io.BytesIO(installer)) as archive:
        token = json.loads(archive.read("appsettings.json"))["Enrollment"]["Token"]
    proof = {"x_device_id": "agent-2", "x_device_secret": enrolled(dashboard, "agent-2", token)}
    for running, is_newer in (("0.0.1", True), ("0.1.0", False), ("9.0.0.1", False)):
        check = dashboard.call("GET", f"/api/updates/check?version={running}", **proof).json
        assert fits(check, {"updateAvailable": is_newer, "currentVersion": running, "latestVersion": "0.1.0",
                            "downloadUrl": str, "sha256": str, "fileSize": int, "releaseNotes": None})
    build = dashboard.call("GET", "/api/updates/download/0.1.0", **proof).data
    assert (hashlib.sha256(build).hexdigest(), len(build)) == (check["sha256"], check["fileSize"])
    for path in ("check?version=0.0.1", "download/0.1.0"):
        dashboard.refused(401, "GET", f"/api/updates/{path}", **{**proof, "x_device_secret": "wrong"})


def test_the_script_of_socket_io_is_served(client: Any) -> None:
    """Its dashboard loads the client from the server."""
    for path in ("/socket.io/socket.io.js", "/pocket-it/socket.io/socket.io.js"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")


def test_a_viewer_only_reads(viewer_a: Caller) -> None:
    for path in ("/api/admin/stats", "/api/devices", "/api/tickets", f"/api/devices/{DEVICE_ID}/notes"):
        assert viewer_a.get(f"/pocket-it{path}").status_code == 200
    assert viewer_a.post("/pocket-it/api/tickets/manual", json={"device_id": DEVICE_ID, "title": "x"}).json == {
        "error": "You may not do this"}
