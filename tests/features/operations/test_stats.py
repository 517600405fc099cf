"""/api/stats: contract 002's counts, nested and flat, within each reader's clients."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from connectassist.core.db import db
from tests.cast import Caller

COUNTS = ("online_devices", "total_customers", "active_support_codes", "total_sessions_today", "active_sessions")


def counts(who: Caller) -> dict[str, int]:
    found = who.get("/api/stats").json["stats"]
    return {name: found[name] for name in COUNTS}


def test_nested_and_flat_are_the_same(technician_a: Caller, code: str) -> None:
    found = technician_a.get("/api/stats").json
    assert found["success"] is True
    assert found["stats"]["active_support_codes"] == found["active_codes"] == 1
    assert {name: found[name] for name in found["stats"]} == found["stats"]
    assert isinstance(found["stats"]["system_uptime"], str)


def test_everything_counts_where_it_belongs(technician_a: Caller, technician_b: Caller, viewer_a: Caller, admin: Caller,
                                            device: Caller, code: str) -> None:
    technician_a.post(f"/api/devices/{device.device_id}/request")
    of_a = {"online_devices": 0, "total_customers": 1, "active_support_codes": 1, "total_sessions_today": 1,
            "active_sessions": 0}
    assert counts(technician_a) == counts(viewer_a) == of_a
    assert counts(technician_b) == of_a | {"active_support_codes": 0, "total_sessions_today": 0}
    assert counts(admin) == of_a | {"total_customers": 2}


def test_a_deactivated_code_no_longer_counts(technician_a: Caller, code: str) -> None:
    technician_a.delete(f"/api/support-codes/{code}")
    assert counts(technician_a)["active_support_codes"] == 0


def test_more_rows_take_no_more_queries(app: Flask, technician_a: Caller, make_code: Callable[..., dict]) -> None:
    with app.app_context():
        engine = db.engine
    taken: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        taken.append(statement)
    event.listen(engine, "before_cursor_execute", count)
    technician_a.get("/api/stats")
    few = len(taken)
    for _ in range(5):
        make_code()
    taken.clear()
    technician_a.get("/api/stats")
    assert 0 < few == len(taken)


@pytest.mark.parametrize("path", ["/api/stats", "/api/logs", "/api/activity"])
@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("device", 401), ("customer", 403), ("viewer_a", 200)])
def test_only_staff_look(as_member: Callable[[str], Caller], path: str, who: str, status: int) -> None:
    assert as_member(who).get(path).status_code == status
