"""Lists of many devices: filters, sorting, pages, and contract 000's whole rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.devices import listing
from connectassist.features.devices.models import Device
from connectassist.identity import principal
from connectassist.identity.models import User
from connectassist.identity.tokens import POCKET, issue
from connectassist.realtime.presence import presence
from tests.cast import ACME, BETA, Caller

DASHBOARD = {
    "device_id", "hostname", "os_version", "status", "certificate_fingerprint", "enrolled_at", "last_seen",
    "current_user", "os_name", "os_display_version", "os_install_date", "os_edition", "os_build", "os_architecture",
    "bios_manufacturer", "bios_version", "gpu_model", "serial_number", "domain", "last_boot_time", "uptime_hours",
    "logged_in_users", "previous_logged_in_users", "network_adapters", "device_manufacturer", "device_model",
    "form_factor", "tpm_version", "secure_boot", "domain_join_type", "client_id", "client_version", "exe_hash",
    "ai_disabled", "ai_disabled_by", "client_settings", "cpu_model", "total_ram_gb", "total_disk_gb",
    "processor_count", "health_score"}
FLEET = [("ant", "Windows 11 Pro", None, 90, 1), ("bee", "Ubuntu 24.04", "linux-x86_64", 55, 2),
         ("cat", "macOS 15", "macos-arm64", 10, 3), ("dog", "Windows 10", None, None, 4)]


@pytest.fixture
def fleet(app: Flask) -> None:
    """Four more devices of client A, of which two are online."""
    with app.app_context():
        for name, os, platform, score, age in FLEET:
            db.session.add(Device(device_id=name, hostname=f"{name}-host", client_id=ACME, os=os, platform=platform,
                                  health_score=score, customer_name=name.upper(), last_ip=f"10.0.0.{age}",
                                  last_seen=clock.now() - timedelta(days=age), details={"cpu_model": "i7"}))
        db.session.commit()
    presence.arrive("bee", "1")
    presence.arrive("dog", "2")


def ids(caller: Caller, query: str) -> list[str]:
    rows = caller.get(f"/api/devices?{query}").json["devices"]
    return [row["device_id"] for row in rows if row["device_id"] in {name for name, *_ in FLEET}]


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize(("query", "found"), [
    ("", ["ant", "bee", "cat", "dog"]), ("status=online", ["bee", "dog"]), ("status=offline", ["ant", "cat"]),
    ("health=healthy", ["ant"]), ("health=warning", ["bee"]), ("health=critical", ["cat"]),
    ("health=unscanned", ["dog"]), ("platform=windows", ["ant", "dog"]), ("platform=linux", ["bee"]),
    ("platform=macos", ["cat"]), ("platform=amiga", ["ant", "bee", "cat", "dog"]), ("search=CAT%20macos", ["cat"]),
    ("search=10.0.0.2", ["bee"]), ("search=cat%20bee", []), ("sort=name", ["ant", "bee", "cat", "dog"]),
    ("sort=health", ["cat", "bee", "ant", "dog"]),
    ("sort=customer&offset=1&limit=2", ["bee", "cat"]), ("sort=enrolled", ["dog", "cat", "bee", "ant"]),
    (f"client_id={ACME}&platform=linux", ["bee"]), (f"client_id={BETA}", []), ("client_id=99", []),
    ("status=online&health=warning&search=bee", ["bee"])])
def test_filters_and_sorting(technician_a: Caller, query: str, found: list[str]) -> None:
    assert ids(technician_a, query) == found


@pytest.mark.usefixtures("fleet")
def test_whoever_is_there_stands_first(technician_a: Caller) -> None:
    first, second, *away = ids(technician_a, "sort=online")
    assert ({first, second}, away) == ({"bee", "dog"}, ["ant", "cat"])


@pytest.mark.usefixtures("fleet")
def test_the_total_counts_what_fits(technician_a: Caller, technician_b: Caller) -> None:
    assert technician_a.get("/api/devices?platform=windows&limit=1").json["total"] == 2
    assert technician_a.get("/api/devices?limit=1&offset=50").json == {"success": True, "devices": [], "total": 5}
    assert technician_b.get("/api/devices?status=online").json["total"] == 0


@pytest.mark.parametrize("query", ["sort=secret", "client_id=x", "client_id=99999999999999999999", "limit=0"])
def test_what_makes_no_sense(technician_a: Caller, query: str) -> None:
    assert technician_a.get(f"/api/devices?{query}").status_code == 400


@pytest.mark.usefixtures("fleet")
def test_the_whole_fleet_for_000(app: Flask, technician_a: Caller) -> None:
    with app.app_context():
        token = issue(db.session.get(User, technician_a.user_id), address="", audience=POCKET)
        db.session.commit()
    headers = {"Authorization": f"Bearer {token}"}
    rows = app.test_client().get(f"/api/devices?client_id={ACME}", headers=headers).json
    assert len(rows) == 5
    assert all(set(row) >= DASHBOARD and "permanent_password" not in row for row in rows)
    assert {row["device_id"]: row["status"] for row in rows}["bee"] == "online"
    assert all(row["enrolled_at"].endswith("Z") for row in rows)
    assert app.test_client().get("/api/devices/device-b-1", headers=headers).status_code == 404
    one = app.test_client().get("/api/devices/bee", headers=headers).json
    assert set(one) >= DASHBOARD | {"health_reasons"}


def test_000_refuses_what_is_not_in_scope(app: Flask, technician_a: Caller, device_b: Caller) -> None:
    answer = app.test_client().get(f"/pocket-it/api/devices/{device_b.device_id}",
                                   headers={"Authorization": f"Bearer {technician_a.token}"})
    assert answer.status_code == 403
    assert set(answer.json) == {"error"}
    assert technician_a.get(f"/api/devices/{device_b.device_id}").status_code == 404


def test_passwords_only_where_asked_for(app: Flask, technician_a: Caller, viewer_a: Caller, device: Caller) -> None:
    with app.app_context():
        row = db.session.query(Device).filter_by(device_id=device.device_id).one()
        row.permanent_password = app.extensions["vault"].encrypt("open-sesame")
        db.session.commit()
    row = technician_a.get("/api/devices?passwords=false").json["devices"][0]
    assert (row["permanent_password"], row["has_password"]) == (None, True)
    path = f"/api/devices/{device.device_id}"
    assert technician_a.get(path).json["permanent_password"] is None
    assert technician_a.get(path + "?passwords=true").json["permanent_password"] == "open-sesame"
    seen = viewer_a.get(path + "?passwords=true").json
    assert (seen["permanent_password"], seen["has_password"]) == (None, False)


def test_moving_to_another_client(admin: Caller, technician_a: Caller, technician_b: Caller, device: Caller) -> None:
    path = f"/api/devices/{device.device_id}"
    assert admin.patch(path + "/client", json={"client_id": BETA}).json == {"success": True}
    assert (technician_a.get(path).status_code, technician_b.get(path).status_code) == (404, 200)
    assert admin.patch(path + "/client", json={"client_id": None}).status_code == 200
    assert admin.get(path).json["client_id"] == 1
    assert admin.patch(path + "/client", json={"client_id": 999}).json["error_code"] == "CLIENT_NOT_FOUND"
    for body in ({}, {"client_id": "x"}, {"client_id": 0}, {"client_id": 2 ** 40}):
        assert admin.patch(path + "/client", json=body).status_code == 400
    assert admin.patch("/api/devices/none/client", json={"client_id": BETA}).status_code == 404


def test_moving_ends_the_session(admin: Caller, technician_a: Caller, device: Caller) -> None:
    session_id = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    assert admin.patch(f"/api/devices/{device.device_id}/client", json={"client_id": ACME}).status_code == 200
    assert admin.get(f"/api/sessions/{session_id}").json["status"] != "ended", "nothing changed hands"
    admin.patch(f"/api/devices/{device.device_id}/client", json={"client_id": BETA})
    assert admin.get(f"/api/sessions/{session_id}").json["status"] == "ended"


@pytest.mark.parametrize(("sort", "client_ids", "index"), [
    ("last_seen", None, "ix_devices_last_seen"), ("last_seen", frozenset({ACME}), "ix_devices_client_last_seen")])
def test_the_usual_page_comes_from_an_index(in_app: None, sort: str, client_ids: frozenset[int] | None,
                                            index: str) -> None:
    by = principal.Principal(kind=principal.USER, role="technician", client_ids=client_ids)
    statement = listing.wanted(by).order_by(*listing.order(sort)).limit(25)
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert any(index in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.usefixtures("fleet")
def test_a_search_follows_what_a_device_is_called(app: Flask) -> None:
    by = principal.system()

    def found(search: str) -> list[str]:
        return [row.device_id for row in listing.page(by, search=search)[0]]

    with app.app_context():
        device = db.session.scalars(select(Device).where(Device.device_id == "bee")).one()
        device.machine_name, device.customer_name = "ÄPFEL_50%", None
        db.session.commit()
        assert found("äpfel_50% LINUX") == []
        assert found("äpfel_50% UBUNTU 10.0.0.2") == ["bee"]
        assert found("äpfelx50") == found("äpfel%50") == [], "neither stands for any other character"
        assert "dog" in found("dog")
