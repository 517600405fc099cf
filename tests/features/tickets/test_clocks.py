"""How soon tickets are to be answered and solved, and what is told when they are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask

from connectassist.core import clock
from connectassist.features.tickets import service
from tests.cast import ACME, BETA, Caller
from tests.contracts.shape import fits

Later = Callable[..., datetime]
Make = Callable[..., dict[str, Any]]


def minutes(ticket: dict[str, Any], name: str) -> float:
    """How long after its opening a ticket is due."""
    begun, due = clock.read(ticket["created_at"]), clock.read(ticket[name])
    assert begun and due
    return (due - begun).total_seconds() / 60


def sweep(app: Flask) -> int:
    with app.app_context():
        return service.tell_overdue()


def test_a_priority_has_its_clocks(make: Make, technician_a: Caller, later: Later) -> None:
    ticket = make(priority="high")
    assert (minutes(ticket, "response_due_at"), minutes(ticket, "resolution_due_at")) == (120, 480)
    later(minutes=5)
    path = f"/api/tickets/{ticket['id']}"
    technician_a.patch(path, json={"priority": "critical"})
    now = technician_a.get(path).json
    assert (minutes(now, "response_due_at"), minutes(now, "resolution_due_at")) == (30, 240)
    assert now["responded_at"] is None
    technician_a.post(f"{path}/comments", json={"content": "hm", "is_internal": True})
    assert technician_a.get(path).json["responded_at"] is None
    technician_a.patch(path, json={"status": "in_progress"})
    assert technician_a.get(path).json["responded_at"] == clock.iso(later())


def test_late_tickets_are_told_of_once(app: Flask, make: Make, technician_a: Caller, admin: Caller, later: Later,
                                       customer: Caller) -> None:
    path = f"/api/tickets/{make(priority='critical')['id']}"
    make(priority="low")
    heard: list[Any] = []

    def listener(ticket: Any, which: str) -> None:
        heard.append(which)

    service.on_overdue.append(listener)
    try:
        assert sweep(app) == 0
        later(minutes=24)
        assert fits(technician_a.get(path).json, {"is_at_risk": True, "is_overdue": False})
        later(minutes=7)
        assert fits(technician_a.get(path).json, {"is_overdue": True, "overdue_clock": "response",
                                                  "is_at_risk": False})
        assert (sweep(app), sweep(app), heard) == (1, 0, ["response"])
        technician_a.post(f"{path}/comments", json={"content": "On it"})
        later(hours=4)
        assert (sweep(app), sweep(app), heard) == (1, 0, ["response", "resolution"])
    finally:
        service.on_overdue.remove(listener)
    assert [each["id"] for each in technician_a.get("/api/tickets?overdue=1").json] == [int(path.rpartition("/")[2])]
    assert technician_a.get(f"{path}/history").json[0]["changes"] == {"clock": [None, "resolution"]}
    technician_a.patch(path, json={"status": "resolved"})
    assert technician_a.get(path).json["is_overdue"] is False
    assert technician_a.get("/api/tickets?overdue=1").json == [] and sweep(app) == 0


def test_taking_back_a_slip_makes_nothing_less_late(make: Make, technician_a: Caller, later: Later) -> None:
    made = make(priority="high")
    path, due = f"/api/tickets/{made['id']}", made["resolution_due_at"]
    later(hours=9)
    for seconds, is_late in ((20, True), (200, False)):
        technician_a.put(path, json={"status": "closed"})
        later(seconds=seconds)
        technician_a.put(path, json={"status": "open"})
        now = technician_a.get(path).json
        assert (now["is_overdue"], now["resolution_due_at"] == due) == (is_late, is_late)


def test_a_client_has_targets_of_its_own(technician_a: Caller, admin: Caller, make: Make) -> None:
    usual = technician_a.get("/api/tickets/targets").json["targets"]
    assert usual["critical"] == {"response_minutes": 30, "resolution_minutes": 240, "whose": "product"}
    mine = f"/api/tickets/targets?client_id={ACME}"
    ten = {"response_minutes": 10, "resolution_minutes": 20}
    assert admin.put("/api/tickets/targets", json={"low": {"response_minutes": 60, "resolution_minutes": 90}}
                     ).status_code == 200
    assert admin.put(mine, json={"critical": ten}).json["targets"]["critical"] == {**ten, "whose": "client"}
    assert technician_a.get(mine).json["targets"]["low"]["whose"] == "everybody"
    assert minutes(make(priority="critical"), "resolution_due_at") == 20
    assert minutes(make(priority="low"), "response_due_at") == 60
    assert admin.put(mine, json={}).json["targets"]["critical"]["whose"] == "product"
    assert technician_a.get(f"/api/tickets/targets?client_id={BETA}").status_code == 404
    assert technician_a.put(mine, json={}).status_code == 403
    for bad in ({"low": {"response_minutes": 0, "resolution_minutes": 5}}, {"low": {"response_minutes": 9}},
                {"low": {"response_minutes": 9, "resolution_minutes": 5}}, {"low": 7}):
        assert admin.put(mine, json=bad).status_code == 400, bad
