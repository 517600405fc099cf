"""Queueing commands: who may, what waits for an approval, what is one wish, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from connectassist.core.db import db
from connectassist.features.commands import deciding, queries, service
from connectassist.features.device_sessions import service as sessions
from connectassist.features.devices import queries as devices
from connectassist.features.devices.models import Device
from connectassist.features.sessions.models import REMEDIATION, Session
from connectassist.identity import principal
from tests.cast import ACME, DEVICE_ID, DEVICE_OF_B_ID, Caller
from tests.features.commands.conftest import URL, Queue

STAFF_URL = f"/api/devices/{DEVICE_ID}/commands"
SESSION_ID = "ABC-123-DEF"


def state_of(answer: Any) -> str:
    return answer.json["command"]["state"]


def open_session(app: Flask, kind: str) -> str:
    """Contract 003's session of the cast's device."""
    with app.app_context():
        device = devices.by_id(DEVICE_ID)
        return sessions.open(device, kind=kind, description="", by=principal.system()).session_id


def test_a_device_queues_for_itself(queue: Queue) -> None:
    answer = queue.device.post(URL, json={"command": "work", "parameters": {"a": [1, None, "ü"]}, "priority": 1})
    assert (answer.status_code, answer.json["status"]) == (201, "queued")
    assert queue.claim()[0]["parameters"] == {"a": [1, None, "ü"]}


def test_staff_queue_what_only_looks_and_have_the_rest_approved(app: Flask, technician_a: Caller, queue: Queue) -> None:
    for wish in ({"type": "check"}, {"type": "tool", "parameters": {"tool": "process_list"}}, {"type": "message"}):
        answer = technician_a.post(STAFF_URL, json=wish)
        assert (answer.status_code, state_of(answer)) == (201, "queued"), wish
    for wish in ({"type": "repair"}, {"type": "tool", "parameters": {"tool": "process_kill"}}, {"type": "tool"},
                 {"type": "CHECK"}, {"type": "tool", "parameters": "process_list"}):
        assert state_of(technician_a.post(STAFF_URL, json=wish)) == "pending_approval", wish
    assert len(queue.claim(limit=10)) == 3
    with app.app_context():
        db.session.query(Device).filter_by(device_id=DEVICE_ID).update({"allow_unattended": True})
        db.session.commit()
    assert state_of(technician_a.post(STAFF_URL, json={"type": "repair"})) == "queued"


def test_in_a_remediation_session_everything_waits_for_the_customer(app: Flask, technician_a: Caller, queue: Queue,
                                                                    ) -> None:
    session_id = open_session(app, REMEDIATION)
    made = technician_a.post(STAFF_URL, json={"type": "check", "sessionId": session_id}).json["command"]
    own = queue.device.post(URL, json={"command": "work"}).json
    assert (made["state"], own["status"]) == ("pending_approval", "pending_approval")
    assert queue.claim(limit=10) == []
    with app.app_context():
        by = principal.system("the customer")
        assert queries.waiting(DEVICE_ID) == 0
        service.decide(made["id"], session_id=session_id, approved=True, reason=None, by=by)
        service.decide(own["id"], session_id=session_id, approved=False, reason="Not now\x1b", by=by)
    assert [claimed["id"] for claimed in queue.claim(limit=10)] == [made["id"]]
    assert technician_a.get(f"/api/commands/{own['id']}").json["command"]["decision_reason"] == "Not now"


def test_one_decides_once(app: Flask, technician_a: Caller) -> None:
    session_id = open_session(app, REMEDIATION)
    made = technician_a.post(STAFF_URL, json={"type": "check"}).json["command"]
    by = principal.system("the customer")
    with app.app_context():
        for session, known in (("XXX-000-XXX", "COMMAND_NOT_FOUND"), (session_id, None),
                               (session_id, "COMMAND_DECIDED")):
            assert problem(service.decide, made["id"], session_id=session, approved=True, reason="", by=by) == known
        assert problem(service.decide, "?", session_id=None, approved=True, reason="", by=by) == "COMMAND_NOT_FOUND"


def problem(work: Callable[..., Any], *args: Any, **given: Any) -> str | None:
    """The code of the error that it raises."""
    try:
        work(*args, **given)
    except Exception as error:
        return error.code  # type: ignore[attr-defined]
    return None


def test_what_waited_ends_with_its_session(app: Flask, technician_a: Caller, queue: Queue) -> None:
    session_id = open_session(app, REMEDIATION)
    made = technician_a.post(STAFF_URL, json={"type": "check"}).json["command"]
    with app.app_context():
        assert service.end_session(session_id, by=principal.system()) == 1
    shown = technician_a.get(f"/api/commands/{made['id']}").json["command"]
    assert (shown["state"], shown["session_id"]) == ("rejected", session_id)
    assert queue.claim() == []


def test_a_session_that_is_not_the_devices_is_refused(app: Flask, technician_a: Caller) -> None:
    open_session(app, "diagnostic")
    answer = technician_a.post(STAFF_URL, json={"type": "check", "sessionId": SESSION_ID})
    assert (answer.status_code, answer.json["error_code"]) == (409, "SESSION_ENDED")
    with app.app_context():
        assert db.session.query(Session).filter_by(device_id=DEVICE_ID).count() == 1


def test_a_wish_said_twice_is_one_command(queue: Queue, technician_a: Caller) -> None:
    wish = {"command": "work", "parameters": {"b": 1, "a": [True]}, "priority": 3}
    first = queue.device.post(URL, json=wish, headers={"Idempotency-Key": "k"})
    again = queue.device.post(URL, json=wish | {"parameters": {"a": [True], "b": 1}, "idempotencyKey": "k"})
    assert (first.status_code, again.status_code, again.json["id"]) == (201, 200, first.json["id"])
    queue.finish(queue.claim()[0])
    late = queue.device.post(URL, json=wish | {"idempotencyKey": "k"})
    assert (late.status_code, late.json) == (200, first.json | {"status": "done"})
    for other in ({"command": "other"}, {"priority": 4}, {"parameters": {"b": 1, "a": [1]}}, {"parameters": None}):
        answer = queue.device.post(URL, json=wish | {"idempotencyKey": "k"} | other)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "IDEMPOTENCY_MISMATCH"), other
    assert len(technician_a.get("/api/commands").json["commands"]) == 1


def test_a_wish_said_at_the_same_moment_is_one_command(app: Flask, device: Caller) -> None:
    def say(_: int) -> tuple[int, str]:
        answer = app.test_client().post(URL, json={"command": "work", "idempotencyKey": "k"}, headers=device.headers)
        return answer.status_code, answer.json["id"]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(say, range(8)))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({command_id for _, command_id in answers}) == 1


def test_a_key_is_of_one_device(queue: Queue, queue_b: Queue) -> None:
    assert queue.add(idempotencyKey="k") != queue_b.add(idempotencyKey="k")


def test_what_makes_no_sense_is_refused(queue: Queue) -> None:
    deep: Any = "x"
    for _ in range(40):
        deep = [deep]
    for wish in ({"command": None}, {"command": ""}, {"command": " x"}, {"command": "a\nb"}, {"command": "x" * 81},
                 {"command": 5}, {"command": ["x"]}, {"priority": 0}, {"priority": 11}, {"priority": -1},
                 {"priority": True}, {"priority": "5"}, {"priority": 1.5},
                 {"idempotencyKey": ""}, {"idempotencyKey": "x" * 121}, {"idempotencyKey": 5},
                 {"idempotencyKey": "a\x00b"}, {"parameters": deep}):
        answer = queue.device.post(URL, json={"command": "work"} | wish)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_FAILED"), wish
    answer = queue.device.post(URL, json={"command": "work", "parameters": "x" * 300_000})
    assert answer.status_code == 413
    for parameters in ("a\x00b", 5, False, [], {"<b>": "\u202e"}, 2**60):
        queue.add(parameters=parameters)
    assert [each["parameters"] for each in queue.claim(limit=10)] == [
        "a\x00b", 5, False, [], {"<b>": "\u202e"}, 2**60]


def test_a_program_gone_wild_is_stopped(app: Flask, queue: Queue, monkeypatch: Any) -> None:
    monkeypatch.setattr(deciding, "MOST_WAITING", 3)
    for _ in range(4):
        queue.add()
    answer = queue.device.post(URL, json={"command": "work"})
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "RATE_LIMITED")


def test_nobody_queues_for_what_is_not_theirs(app: Flask, technician_b: Caller, viewer_a: Caller, customer: Caller,
                                              nobody: Caller, device_b: Caller) -> None:
    for caller, status in ((technician_b, 404), (viewer_a, 403), (customer, 403), (nobody, 401), (device_b, 401)):
        assert caller.post(STAFF_URL, json={"type": "check"}).status_code == status, caller.member.name
    with app.app_context():
        for by in (principal.device(DEVICE_OF_B_ID), principal.nobody()):
            assert problem(service.enqueue, DEVICE_ID, type="check", parameters={}, by=by) == "DEVICE_NOT_FOUND"
        assert queries.page(principal.system(), client_id=ACME) == []


def test_what_is_queued_for_a_suspended_device_waits(technician_a: Caller, queue: Queue) -> None:
    about = f"/api/devices/{DEVICE_ID}"
    assert technician_a.post(f"{about}/suspend", json={"reason": "stolen"}).status_code == 200
    assert technician_a.post(STAFF_URL, json={"type": "check"}).status_code == 201
    answer = queue.device.post(f"{URL}/claim", json={})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "DEVICE_SUSPENDED")
    technician_a.post(f"{about}/resume")
    assert len(queue.claim()) == 1


def test_listeners_hear_of_each_change_once_it_is_written(queue: Queue, told: list[Any], technician_a: Caller,
                                                          ) -> None:
    command_id = queue.add(parameters={"secret": 1})
    assert [told[0]["id"], told[0]["state"], told[0]["client_id"], told[1]] == [command_id, "queued", ACME, DEVICE_ID]
    assert "parameters" not in told[0]
    queue.finish(queue.claim()[0], status="timeout")
    waiting = technician_a.post(STAFF_URL, json={"type": "repair"}).json["command"]["id"]
    technician_a.post(f"/api/commands/{waiting}/cancel")
    assert [(each["state"], each["outcome"]) for each in told[2:]] == [
        ("claimed", None), ("failed", "timeout"), ("pending_approval", None), ("cancelled", None)]


def test_a_listener_that_fails_undoes_nothing(queue: Queue, monkeypatch: Any) -> None:
    def fail(said: Any) -> None:
        raise RuntimeError("a broken listener")
    monkeypatch.setattr(service, "on_queued", [fail])
    monkeypatch.setattr(service, "on_changed", [fail])
    assert queue.finish(queue.one()).status_code == 200
