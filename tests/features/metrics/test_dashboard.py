"""Contract 004's dashboard: the three documents to the letter, for every role, and nobody's things for another."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.alerts.models import Alert
from tests.cast import ACME, BETA, DEVICE_ID, DEVICE_OF_B_ID, Caller
from tests.features.metrics.conftest import Feed

HEALTH = {"cpu_usage": float, "memory_usage": float, "disk_usage": float, "uptime_hours": float,
          "active_alerts": int, "open_tickets": int, "status": str}
EVERYBODY = ["admin", "technician_a", "technician_b", "viewer_a", "customer"]


def ticket(caller: Caller, title: str) -> dict[str, Any]:
    made = caller.post("/api/tickets", json={"title": title, "description": "x", "category": "other",
                                             "priority": "high"})
    assert made.status_code in (200, 201), made.text
    return made.json


def alert_of(app: Flask, client_id: int, device_id: str, message: str, *, minutes: int = 0, **fields: Any) -> None:
    with app.app_context():
        db.session.add(Alert(client_id=client_id, device_id=device_id, check_type="disk", severity="warning",
                             message=message, triggered_at=clock.now() - timedelta(minutes=minutes), **fields))
        db.session.commit()


@pytest.mark.parametrize("name", EVERYBODY)
def test_health_has_the_documents_fields(as_member: Callable[[str], Caller], name: str) -> None:
    found = as_member(name).get("/api/dashboard/health").json
    assert {field: type(found[field]) for field in HEALTH} == HEALTH
    assert found["status"] == "operational" and 0 < found["memory_usage"] <= 100
    assert ("hub_lag_ms" in found) == (name != "customer")


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("query", ["", "?hours=", "?hours=1", "?hours=8760"])
def test_metrics_have_the_documents_fields(as_member: Callable[[str], Caller], name: str, query: str) -> None:
    found = as_member(name).get(f"/api/dashboard/metrics{query}").json
    for series in ("cpu_history", "memory_history", "disk_history"):
        assert found[series] and all(point["timestamp"].endswith("Z") and type(point["value"]) is float
                                     for point in found[series])
    assert HEALTH.keys() <= found["system_health"].keys()
    assert isinstance(found["recent_alerts"], list) and isinstance(found["recent_tickets"], list)


@pytest.mark.parametrize("hours", ["0", "-1", "8761", "1.5", "many", "1e3", "99999999999999999999"])
def test_other_spans_are_refused(admin: Caller, hours: str) -> None:
    refused = admin.get(f"/api/dashboard/metrics?hours={hours}")
    assert refused.status_code == 400 and "hours" in refused.json["detail"]


def test_nobody_without_a_sign_in(nobody: Caller, device: Caller) -> None:
    for path in ("health", "metrics", "logs"):
        for caller in (nobody, device):
            refused = caller.get(f"/api/dashboard/{path}")
            assert refused.status_code == 401 and refused.json["detail"]


def test_tickets_are_those_in_scope(as_member: Callable[[str], Caller]) -> None:
    ticket(as_member("customer"), "Mine")
    for number in range(11):
        ticket(as_member("technician_a"), f"A {number}")
    resolved = ticket(as_member("technician_b"), "B")
    as_member("technician_b").patch(f"/api/tickets/{resolved['id']}", json={"status": "resolved"})
    seen = {name: as_member(name).get("/api/dashboard/metrics").json for name in EVERYBODY}
    assert [each["title"] for each in seen["customer"]["recent_tickets"]] == ["Mine"]
    assert [each["title"] for each in seen["technician_b"]["recent_tickets"]] == ["B"]
    newest = seen["technician_a"]["recent_tickets"]
    assert [each["title"] for each in newest] == [f"A {number}" for number in range(10, 0, -1)]
    assert {"id", "title", "priority", "status", "created_at"} <= newest[0].keys() and newest[0]["status"] == "open"
    counts = {name: found["system_health"]["open_tickets"] for name, found in seen.items()}
    assert counts == {"admin": 12, "technician_a": 12, "technician_b": 0, "viewer_a": 12, "customer": 1}


def test_alerts_are_the_servers_and_those_of_devices_in_scope(app: Flask, as_member: Callable[[str], Caller],
                                                                feed: Feed) -> None:
    alert_of(app, ACME, DEVICE_ID, "Disk of A", minutes=5)
    alert_of(app, BETA, DEVICE_OF_B_ID, "Disk of B", minutes=9)
    alert_of(app, BETA, DEVICE_OF_B_ID, "Old of B", minutes=10, status="resolved")
    feed([96] * 3)
    seen = {name: as_member(name).get("/api/dashboard/metrics").json for name in EVERYBODY}
    titles = {name: [each["title"] for each in found["recent_alerts"]] for name, found in seen.items()}
    own = "The server's processor is busy"
    assert titles == {"admin": [own, "Disk of A", "Disk of B", "Old of B"], "technician_a": [own, "Disk of A"],
                      "viewer_a": [own, "Disk of A"], "technician_b": [own, "Disk of B", "Old of B"], "customer": []}
    rows = seen["admin"]["recent_alerts"]
    assert len({row["id"] for row in rows}) == 4, "no two share a number"
    assert [row["severity"] for row in rows] == ["critical", "medium", "medium", "medium"]
    assert [row["status"] for row in rows] == ["active", "active", "active", "resolved"]
    assert "96 %" in rows[0]["description"] and rows[0]["timestamp"].endswith("Z")
    assert {name: found["system_health"]["active_alerts"] for name, found in seen.items()} == {
        "admin": 3, "technician_a": 2, "viewer_a": 2, "technician_b": 2, "customer": 0}
    assert {found["system_health"]["status"] for found in seen.values()} == {"critical"}


def test_at_most_ten_alerts_newest_first(app: Flask, admin: Caller) -> None:
    for minutes in range(12):
        alert_of(app, ACME, DEVICE_ID, f"{minutes}", minutes=minutes)
    found = admin.get("/api/dashboard/metrics").json["recent_alerts"]
    assert [each["title"] for each in found] == [str(minutes) for minutes in range(10)]


def test_logs_have_the_documents_fields_and_filters(admin: Caller, feed: Feed) -> None:
    feed([96] * 3)
    ticket(admin, "Printer")
    found = admin.get("/api/dashboard/logs").json
    assert {"id", "level", "message", "source", "hostname", "timestamp", "metadata"} == found[0].keys()
    assert json.loads(found[0]["metadata"])["action"] == "ticket.create" and found[0]["source"] == "ticket"
    assert [each["id"] for each in found] == sorted((each["id"] for each in found), reverse=True)
    assert {each["level"] for each in admin.get("/api/dashboard/logs?level=error&source=").json} == {"ERROR"}
    [alert] = admin.get("/api/dashboard/logs?level=ERROR&source=system_alert&limit=1").json
    assert alert["message"].startswith("The server's processor is busy")
    assert admin.get("/api/dashboard/logs?source=teapot").json == []
    assert len(admin.get("/api/dashboard/logs?limit=1").json) == 1
    assert admin.get("/api/dashboard/logs?limit=0").status_code == 400
    assert admin.get("/api/dashboard/logs?limit=1001").status_code == 400


def test_the_log_as_a_csv_file_holds_no_formulas(technician_a: Caller, technician_b: Caller) -> None:
    ticket(technician_a, "=HYPERLINK(1)")
    found = technician_a.get("/api/dashboard/logs.csv?source=ticket")
    assert found.mimetype == "text/csv" and "attachment" in found.headers["Content-Disposition"]
    assert "ticket.create" in found.text and ",=HYPERLINK" not in found.text
    assert "HYPERLINK" not in technician_b.get("/api/dashboard/logs.csv").text


def test_logs_are_staffs_by_client_and_a_customers_own(as_member: Callable[[str], Caller]) -> None:
    ticket(as_member("technician_a"), "Of A's staff")
    ticket(as_member("technician_b"), "Of B's staff")
    ticket(as_member("customer"), "Of A's customer")
    told = {name: {each["message"].partition(": ")[2] for each in as_member(name).get("/api/dashboard/logs").json
                   if each["source"] == "ticket"} for name in EVERYBODY}
    of_a = {"Of A's staff", "Of A's customer"}
    assert told == {"admin": of_a | {"Of B's staff"}, "technician_a": of_a, "viewer_a": of_a,
                    "technician_b": {"Of B's staff"}, "customer": {"Of A's customer"}}


def test_the_figures_cost_the_same_however_much_there_is(app: Flask, admin: Caller, feed: Feed,
                                                        count_queries: Callable[..., int]) -> None:
    admin.get("/api/dashboard/metrics")
    few = count_queries(lambda: admin.get("/api/dashboard/metrics"))
    feed([96] * 4)
    for number in range(12):
        alert_of(app, ACME, DEVICE_ID, f"{number}")
        ticket(admin, f"{number}")
    many = count_queries(lambda: admin.get("/api/dashboard/metrics?hours=8760"))
    assert many <= few + 2
