"""Staff at the queue: lists, calling off, and sending again what could not be delivered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from connectassist.core import clock, ids
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.commands import queries, service
from connectassist.features.commands import queue as statements
from connectassist.features.commands.events import COMMAND_CHANGED
from connectassist.features.commands.models import Command, CommandResult
from connectassist.identity import principal
from connectassist.realtime.gateway import GATEWAY
from tests.cast import ACME, BETA, DEVICE_ID, DEVICE_OF_B_ID, Caller
from tests.features.commands.conftest import Queue, Time

SORTS = r"TEMP B-TREE|\bSort\b"
STAFF_URL = f"/api/devices/{DEVICE_ID}/commands"


def kept(app: Flask, count: int = 1, **changes: Any) -> list[str]:
    """Commands as they may stand in the database; their ids."""
    made = [{"command_id": ids.row_uuid(), "device_id": DEVICE_ID, "client_id": ACME, "type": "check",
             "parameters": {}, "visible_at": clock.now(), **changes} for _ in range(count)]
    with app.app_context():
        db.session.execute(insert(Command), made)
        db.session.commit()
    return [each["command_id"] for each in made]


def test_the_list_and_its_filters(app: Flask, technician_a: Caller, queue: Queue) -> None:
    dead, = kept(app, state="dead", type="repair", requested_by="Tina 100%")
    queue.add("work", parameters={"large": "x"})
    queue.finish(queue.one())

    def found(**query: Any) -> list[str]:
        return [each["state"] for each in technician_a.get("/api/commands", query_string=query).json["commands"]]
    assert found() == ["queued", "done", "dead"]
    assert found(state="open") == ["queued"]
    assert found(state="dead") == found(type="repair") == found(search="100%") == found(search=dead) == ["dead"]
    assert found(device_id=DEVICE_OF_B_ID) == found(state="no-such") == found(search="_") == []
    assert found(limit=1, offset=1) == ["done"]
    shown = technician_a.get("/api/commands").json
    assert shown["counts"] == {"pending_approval": 0, "queued": 1, "claimed": 0, "failed": 0, "dead": 1}
    assert set(shown["devices"]) == {each["device_id"] for each in shown["commands"]}, "people know them by their names"
    assert "parameters" not in shown["commands"][0]


def test_one_with_everything(technician_a: Caller, queue: Queue) -> None:
    claimed = queue.one()
    queue.finish(claimed, output="well")
    shown = technician_a.get(f"/api/commands/{claimed['id']}").json["command"]
    assert (shown["parameters"], shown["result"]["output"], shown["state"]) == ({}, "well", "done")


def test_the_other_tenant_sees_and_does_nothing(app: Flask, technician_b: Caller, technician_a: Caller) -> None:
    dead, = kept(app, state="dead")
    assert technician_b.get("/api/commands").json["commands"] == []
    assert set(technician_b.get("/api/commands").json["counts"].values()) == {0}
    assert technician_b.get(f"/api/commands/{dead}").status_code == 404
    for act in ("cancel", "redrive"):
        assert technician_b.post(f"/api/commands/{dead}/{act}").status_code == 404
    assert technician_b.post("/api/commands/redrive", json={"ids": [dead]}).json == {
        "success": True, "redriven": 0, "refused": {dead: "COMMAND_NOT_FOUND"}}
    assert technician_a.get(f"/api/commands/{dead}").json["command"]["state"] == "dead"


def test_calling_off(technician_a: Caller, queue: Queue) -> None:
    waiting, claimed = queue.add(), queue.add()
    technician_a.post(f"/api/commands/{waiting}/cancel")
    held = queue.claim()[0]
    assert held["id"] == claimed
    assert technician_a.post(f"/api/commands/{claimed}/cancel").json["command"]["state"] == "cancelled"
    assert queue.finish(held).json["error"]["code"] == "INVALID_CLAIM"
    answer = technician_a.post(f"/api/commands/{claimed}/cancel")
    assert (answer.status_code, answer.json["error_code"]) == (409, "COMMAND_STATE")


def test_sending_many_again(app: Flask, technician_a: Caller, viewer_a: Caller, queue: Queue) -> None:
    dead, alive = kept(app, 2, state="dead", attempts=5), queue.add()
    assert viewer_a.post("/api/commands/redrive", json={"ids": dead}).status_code == 403
    answer = technician_a.post("/api/commands/redrive", json={"ids": [*dead, dead[0], alive, "?"]})
    assert answer.json == {"success": True, "redriven": 2,
                           "refused": {alive: "COMMAND_STATE", "?": "COMMAND_NOT_FOUND"}}
    for body in ({}, {"ids": []}, {"ids": "x"}, {"ids": [5]}, {"ids": ["x"] * 101}):
        assert technician_a.post("/api/commands/redrive", json=body).status_code == 400
    assert [each["id"] for each in queue.claim(limit=10)] == [*dead, alive]


def test_what_is_dead_at_another_clients_device_stays_dead(app: Flask, technician_a: Caller, admin: Caller) -> None:
    dead, = kept(app, state="dead")
    admin.patch(f"/api/devices/{DEVICE_ID}/client", json={"client_id": BETA})
    answer = technician_a.post(f"/api/commands/{dead}/redrive")
    assert (answer.status_code, answer.json["error_code"]) == (404, "DEVICE_NOT_FOUND")


def test_the_log_knows_who_did_what(app: Flask, technician_a: Caller, queue: Queue) -> None:
    made = technician_a.post(STAFF_URL, json={"type": "repair"}).json["command"]["id"]
    technician_a.post(f"/api/commands/{made}/cancel")
    technician_a.post(f"/api/commands/{kept(app, state='dead')[0]}/redrive")
    queue.claim()
    with app.app_context():
        entries = db.session.query(AuditEntry).filter(AuditEntry.category == "command").order_by(AuditEntry.id)
        assert [(each.action, each.actor_name, each.client_id, each.device_id) for each in entries] == [
            (f"command.{verb}", "Tina Acme", ACME, DEVICE_ID) for verb in ("enqueue", "cancel", "redrive")]


def test_a_dashboard_hears_of_a_change_once(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr(GATEWAY, "to_staff", lambda *news, **_: heard.append(news))
    command_id = queue.add("check")
    assert [payload for _, event, payload in heard if event == COMMAND_CHANGED] == [
        {"deviceId": DEVICE_ID, "commandId": command_id, "sessionId": None, "type": "check", "state": "queued",
         "attempts": 0}]


def test_what_nobody_decides_on_ends_after_a_day(app: Flask, time: Time, settle: Callable[[], int]) -> None:
    made, = kept(app, state="pending_approval")
    time.passes(hours=23)
    assert settle() == 0
    time.passes(hours=2)
    assert settle() == 1
    with app.app_context():
        command, _ = queries.visible_to(principal.system(), made)
        assert (command.state, command.decision_reason) == ("rejected", service.NOBODY_DECIDED)


@pytest.mark.parametrize(("days", "left"), [(90, {"new", "open"}), (0, {"old", "new", "open"})])
def test_old_ones_go_with_their_results(make_app: Callable[..., Flask], days: int, left: set[str]) -> None:
    app = make_app(command_days=days)
    kept(app, type="old", state="done", finished_at=clock.now() - timedelta(days=91))
    kept(app, type="new", state="done", finished_at=clock.now() - timedelta(days=89))
    kept(app, type="open", created_at=clock.now() - timedelta(days=400))
    with app.app_context():
        db.session.execute(insert(CommandResult), {"command_id": 1, "outcome": "success"})
        db.session.commit()
        service.prune()
        assert {each.type for each in db.session.query(Command)} == left
        assert db.session.query(CommandResult).count() == ("old" in left)


def plan_of(statement: Any, **more: Any) -> str:
    """How the database means to run a statement of the queue, when there is much in it."""
    compiled, connection = statement.compile(dialect=db.engine.dialect), db.session.connection()
    values = compiled.construct_params({"of_device": DEVICE_ID, "now": "2026-01-01", **more})
    if db.engine.dialect.name == "postgresql":
        for way in ("seqscan", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return "\n".join(connection.exec_driver_sql(f"EXPLAIN {compiled}", values).scalars())
    rows = connection.exec_driver_sql(
        f"EXPLAIN QUERY PLAN {compiled}", tuple(values[name] for name in compiled.positiontup or ()))
    return "\n".join(row[-1] for row in rows)


@pytest.mark.parametrize("statement", [statements.CLAIM, statements.NEXT, queries.ANY_WAITING, queries.WAITING],
                         ids=["claim", "next", "any", "waiting"])
def test_the_queue_is_read_in_the_order_of_its_index(app: Flask, statement: Any) -> None:
    with app.app_context():
        plan = plan_of(statement, most=10, until="2026-01-01")
    assert re.search("USING COVERING INDEX ix_commands_queue|Index (Only )?Scan using ix_commands_queue", plan)
    assert not re.search(SORTS, plan)
    assert not re.search("SCAN commands|Seq Scan on commands", plan)


def test_a_sort_would_be_seen(app: Flask) -> None:
    with app.app_context():
        plan = plan_of(statements.in_order().order_by(None).order_by(statements.COMMANDS.type))
    assert re.search(SORTS, plan)


def test_ten_thousand_at_one_device_come_in_order(app: Flask, queue: Queue) -> None:
    made = kept(app, 10_000)
    assert [each["id"] for each in queue.claim(limit=10)] == made[:10]
    with app.app_context():
        assert queries.waiting(DEVICE_ID) == 9_990
        assert service.drop_open(DEVICE_ID, by=principal.system()) == 10_000
    assert queue.claim() == []
