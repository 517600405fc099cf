"""Alerts: opened by what checks find and by devices that stay away, resolved by themselves or by staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.alerts import service
from connectassist.features.devices import service as devices
from connectassist.features.devices.models import Device
from connectassist.features.diagnostics import arriving
from connectassist.features.diagnostics import service as diagnostics
from connectassist.features.enrollment.models import EnrollmentToken
from connectassist.identity import principal
from connectassist.realtime.presence import presence
from tests.cast import ACME, BETA, DEVICE_ID, Caller


def found(app: Flask, *results: tuple[str, str]) -> None:
    with app.app_context():
        diagnostics.keep([arriving.read(DEVICE_ID, {"checkType": check_type, "status": status, "results": {},
                                                    "label": "Disk C:", "value": status})
                          for check_type, status in results])


def listed(caller: Caller, query: str = "") -> list[tuple[str, str, str]]:
    return [(row["check_type"], row["severity"], row["status"]) for row in caller.get(f"/api/alerts{query}").json]


def test_a_bad_result_opens_one_alert_and_a_good_one_resolves_it(app: Flask, technician_a: Caller) -> None:
    found(app, ("disk", "error"))
    found(app, ("disk", "error"), ("disk", "error"))
    row, = technician_a.get("/api/alerts?status=active").json
    assert row["client_name"] == "Acme"
    assert (row["device_id"], row["hostname"], row["check_type"], row["severity"], row["status"], row["message"]) == (
        DEVICE_ID, "device-host", "disk", "critical", "active", "Disk C:: error")
    assert row["triggered_at"].endswith("Z") and row["resolved_at"] is None
    assert technician_a.get("/api/alerts/stats").json == {"activeCount": 1, "criticalCount": 1, "warningCount": 0}
    found(app, ("disk", "ok"))
    assert listed(technician_a) == [("disk", "critical", "resolved")]
    found(app, ("disk", "warning"))
    assert listed(technician_a, "?limit=1") == [("disk", "warning", "active")]
    assert technician_a.get("/api/alerts/stats").json == {"activeCount": 1, "criticalCount": 0, "warningCount": 1}
    found(app, ("disk", "ok"), ("disk", "error"), ("disk", "ok"))
    assert not listed(technician_a, "?status=active")


def test_warnings_count_for_watched_checks_only(app: Flask, technician_a: Caller) -> None:
    found(app, ("top_processes", "warning"), ("event_log", "warning"), ("cpu", "completed"), ("memory", "warning"))
    assert listed(technician_a) == [("memory", "warning", "active")]
    found(app, ("memory", "unknown"))
    assert listed(technician_a) == [("memory", "warning", "active")], "what says nothing changes nothing"
    found(app, ("event_log", "error"))
    found(app, ("event_log", "warning"))
    assert ("event_log", "critical", "resolved") in listed(technician_a)


def test_an_alert_that_gets_worse_is_nobodys_any_more(app: Flask, technician_a: Caller) -> None:
    found(app, ("disk", "warning"))
    alert_id = technician_a.get("/api/alerts").json[0]["id"]
    row = technician_a.post(f"/api/alerts/{alert_id}/acknowledge").json
    assert (row["status"], row["acknowledged_by"]) == ("acknowledged", "Tina Acme")
    found(app, ("disk", "warning"))
    assert listed(technician_a) == [("disk", "warning", "acknowledged")]
    found(app, ("disk", "error"))
    assert listed(technician_a) == [("disk", "critical", "active")]


def test_staff_acknowledge_and_resolve(app: Flask, technician_a: Caller, viewer_a: Caller,
                                       technician_b: Caller) -> None:
    found(app, ("disk", "error"))
    alert_id = viewer_a.get("/api/alerts").json[0]["id"]
    for verb in ("acknowledge", "resolve"):
        path = f"/api/alerts/{alert_id}/{verb}"
        assert (viewer_a.post(path).status_code, technician_b.post(path).status_code) == (403, 404)
        assert technician_a.post(f"/api/alerts/{2**70}/{verb}").status_code == 404
    row = technician_a.post(f"/pocket-it/api/alerts/{alert_id}/resolve").json
    assert row["status"] == technician_a.post(f"/api/alerts/{alert_id}/resolve").json["status"] == "resolved"
    assert technician_a.post(f"/api/alerts/{alert_id}/acknowledge").status_code == 409
    assert not technician_b.get("/api/alerts").json
    assert technician_b.get("/api/alerts/stats").json["activeCount"] == 0
    assert technician_a.get("/api/alerts?status=nonsense").json == []
    assert technician_a.get("/api/alerts?status=&limit=").status_code == 200


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The server has run for ten minutes."""
    real = clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: real() + 600)


@pytest.mark.parametrize("kind", ["unattended", "of a fleet"])
def test_a_device_that_stays_away_is_missed_until_it_is_back(app: Flask, in_app: None, later: Any, kind: str,
                                                             technician_a: Caller) -> None:
    device = db.session.query(Device).filter_by(device_id=DEVICE_ID).one()
    device.last_seen = clock.now() - timedelta(minutes=6)
    db.session.commit()
    assert service.look_for_missing() == [], "it isn't meant to be there always"
    device.allow_unattended = kind == "unattended"
    if not device.allow_unattended:
        db.session.add(EnrollmentToken(token_hash="x", hint="x", client_id=ACME, expires_at=clock.now(),
                                       used_by=DEVICE_ID))
    device.last_seen = clock.now() - timedelta(minutes=6)
    db.session.commit()
    service.look_for_missing()
    service.look_for_missing()
    assert listed(technician_a) == [("uptime", "critical", "active")]
    presence.arrive(DEVICE_ID, "socket")
    service.look_for_missing()
    assert listed(technician_a) == [("uptime", "critical", "resolved")]
    service.look_for_missing()
    assert len(listed(technician_a)) == 1


def test_after_a_start_nobody_is_missing_yet(app: Flask, in_app: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_began", clock.monotonic())
    monkeypatch.setattr(service.queries, "missing_since", pytest.fail)
    assert service.look_for_missing() == []


def test_an_alert_goes_with_its_device_to_another_client(app: Flask, technician_a: Caller,
                                                         technician_b: Caller) -> None:
    found(app, ("disk", "error"))
    with app.test_request_context():
        devices.move(DEVICE_ID, BETA, by=principal.system())
    assert not listed(technician_a) and listed(technician_b)


def test_old_alerts_are_pruned_once_they_are_resolved(app: Flask, in_app: None, technician_a: Caller,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    found(app, ("disk", "error"), ("disk", "ok"), ("memory", "error"))
    assert service.prune() == 0
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=31))
    assert service.prune() == 1
    monkeypatch.undo()
    assert listed(technician_a) == [("memory", "critical", "active")]


def test_open_is_what_is_not_resolved(app: Flask, technician_a: Caller) -> None:
    found(app, ("disk", "error"), ("memory", "error"), ("cpu", "error"), ("cpu", "ok"))
    memory, disk = technician_a.get("/api/alerts?status=open").json
    assert technician_a.post(f"/api/alerts/{disk['id']}/acknowledge").status_code == 200
    assert {row["status"] for row in technician_a.get("/api/alerts?status=open").json} == {"active", "acknowledged"}
    technician_a.post(f"/api/alerts/{memory['id']}/resolve")
    assert [row["id"] for row in technician_a.get("/api/alerts?status=open").json] == [disk["id"]]
