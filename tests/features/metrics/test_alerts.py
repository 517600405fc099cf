"""Alerts of the server's own machine: they open when it lasts, close when it is well over, and staff hear of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.metrics import watching
from connectassist.features.metrics.measures import Threshold
from tests.cast import Caller
from tests.features.metrics.conftest import Feed

AT = Threshold(80, 90)


@pytest.mark.parametrize(("values", "before", "after"), [
    ([81, 85, 89], None, "warning"), ([91, 99, 90], None, "critical"), ([91, 79, 99], None, None),
    ([99, 99], None, None), ([99, 99], "warning", "warning"), ([85, 84, 83], "critical", "warning"),
    ([86, 85, 87], "critical", "critical"), ([79, 78, 77], "warning", "warning"), ([75, 75, 75], "warning", None),
    ([10, 10, 77], "critical", "warning"), ([1, 1, 1], "critical", None), ([91, 91, 91], "warning", "critical"),
])
def test_it_must_last_and_must_be_well_over(values: list[float], before: str | None, after: str | None) -> None:
    assert watching.severity(values, AT, before=before) == after


def test_an_alert_opens_gets_worse_and_closes(app: Flask, feed: Feed, told: list[tuple[str, dict[str, Any]]]) -> None:
    assert not feed([90, 90]), "a short rush is nobody's business"
    [opened] = feed([90])
    assert (opened["metric"], opened["severity"], opened["status"]) == ("cpu", "warning", "active")
    assert not feed([90, 90, 96, 96])
    [worse] = feed([96])
    assert worse["id"] == opened["id"] and worse["severity"] == "critical" and worse["threshold"] == 95
    assert not feed([10, 10])
    [over] = feed([10])
    assert over["id"] == opened["id"] and over["status"] == "resolved" and over["closed_at"]
    assert [(name, payload["severity"], payload["is_open"]) for name, payload in told] == [
        ("system-alert-changed", "warning", True), ("system-alert-changed", "critical", True),
        ("system-alert-changed", "critical", False)]
    with app.app_context():
        entries = db.session.query(AuditEntry).filter_by(category="system_alert").order_by(AuditEntry.id)
        assert [(each.action, each.level) for each in entries] == [
            ("system_alert.open", "WARNING"), ("system_alert.open", "ERROR"), ("system_alert.close", "INFO")]


@pytest.mark.parametrize(("column", "metric", "value"), [
    ("memory", "memory", 97.0), ("disk", "disk", 97.0), ("hub_lag_ms", "hub_lag", 2500.0)])
def test_each_measure_has_its_alert(feed: Feed, column: str, metric: str, value: float) -> None:
    [alert] = feed([value] * 3, column=column)
    assert (alert["metric"], alert["severity"], alert["value"]) == (metric, "critical", value)


def test_a_server_that_was_away_has_no_minutes_in_a_row(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WITHIN", 90)
    assert not feed([99, 99, 99, 99])


def test_thresholds_are_the_administrators_to_set(feed: Feed, admin: Caller, viewer_a: Caller) -> None:
    assert viewer_a.get("/api/dashboard/thresholds").json["cpu"]["warning"] == 85
    changed = admin.put("/api/dashboard/thresholds", json={"cpu": {"warning": 40, "critical": 50.5}})
    assert changed.status_code == 200, changed.text
    assert changed.json["cpu"] == {"warning": 40, "critical": 50.5, "unit": "%",
                                   "usual": {"warning": 85, "critical": 95}}
    assert changed.json["memory"]["warning"] == 85
    assert [alert["severity"] for alert in feed([45] * 3)] == ["warning"]


@pytest.mark.parametrize("wrong", [
    {}, {"cpu": None}, {"cpu": {"warning": 90}}, {"cpu": {"warning": 95, "critical": 90}},
    {"cpu": {"warning": 0, "critical": 90}}, {"cpu": {"warning": 50, "critical": 101}},
    {"cpu": {"warning": "NaN", "critical": 90}}, {"cpu": {"warning": 1, "critical": "Infinity"}},
    {"cpu": {"warning": "many", "critical": 90}}, {"teapot": {"warning": 1, "critical": 2}}], ids=repr)
def test_a_threshold_that_makes_no_sense_is_refused(admin: Caller, wrong: dict[str, Any]) -> None:
    refused = admin.put("/api/dashboard/thresholds", json=wrong)
    assert refused.status_code == 400 and refused.json["error_code"] == "VALIDATION_FAILED", refused.text
    assert admin.get("/api/dashboard/thresholds").json["cpu"]["warning"] == 85


def test_somebody_looks_after_it(feed: Feed, as_member: Callable[[str], Caller]) -> None:
    [alert] = feed([96] * 3)
    path, admin = f"/api/dashboard/alerts/{alert['id']}/acknowledge", as_member("admin")
    assert as_member("technician_a").post(path).status_code == 403
    assert admin.post(path).json["status"] == "acknowledged"
    assert admin.post(path).json["acknowledged_by"] == "Administrator"
    [row] = as_member("viewer_a").get("/api/dashboard/alerts?status=open").json
    assert row["status"] == "acknowledged" and row["metric"] == "cpu" and row["unit"] == "%"
    feed([1] * 3)
    assert admin.post(path).status_code == 409
    assert admin.get("/api/dashboard/alerts?status=open").json == []
    assert admin.get("/api/dashboard/alerts?status=closed").json[0]["status"] == "resolved"
    assert admin.post("/api/dashboard/alerts/999/acknowledge").status_code == 404
    assert admin.get("/api/dashboard/alerts?status=odd").status_code == 400
