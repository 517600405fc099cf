"""Contract 003 over HTTP, row by row and error by error, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.devices.models import Device as DeviceTable
from connectassist.realtime.batches import Batch
from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Member
from tests.contracts import rows_003 as rows
from tests.contracts.gateway import Caller, Gateway, answer_to
from tests.contracts.shape import TIME, fits, is_after

STATUSES = ("online", "busy", "error", "healthy", "degraded", "offline")
METRICS = {"cpu": 12.5, "memory": 40, "uptime": 3600}


def suspend(gateway: Gateway, device_id: str) -> None:
    answer = gateway.app.test_client(use_cookies=False).post(
        f"/api/devices/{device_id}/suspend", json={}, headers=gateway.admin.headers)
    assert answer.status_code == 200, answer.text


def remove_row(gateway: Gateway, device_id: str) -> None:
    """The device goes in the moment in which it calls: its sign-in was looked at already."""
    with gateway.app.app_context():
        db.session.query(DeviceTable).filter_by(device_id=device_id).delete()
        db.session.commit()


def test_auth(gateway: Gateway) -> None:
    device = gateway.device()
    proof = {"deviceId": device.device_id, "deviceSecret": device.secret}
    again = gateway.nobody.good(rows.AUTH, proof)
    assert again["deviceId"] == device.device_id and again["token"] != device.token
    assert again["expiresIn"] == 604800
    for token in (device.token, again["token"]):
        for header in ("X-Device-Session", "X-Device-Token", "Authorization"):
            proved = Caller(gateway.app, {header: f"Bearer {token}" if header == "Authorization" else token})
            proved.good(rows.CLAIM, {}, holds=False)
    for wrong in ({**proof, "deviceSecret": "wrong"}, {**proof, "deviceId": "nobody-knows-it"}):
        assert gateway.nobody.refused(401, rows.AUTH, wrong)["code"] == "INVALID_CREDENTIALS"
    for lost in ({}, {"deviceId": device.device_id}, {**proof, "deviceSecret": 7}, {**proof, "deviceId": None}, []):
        assert gateway.nobody.refused(400, rows.AUTH, lost)["code"] in ("VALIDATION_FAILED", "BAD_REQUEST")
    enrolled = gateway.cast["device"]
    told = gateway.nobody.good(rows.AUTH, {"deviceId": DEVICE_ID, "deviceSecret": enrolled.device_secret})
    assert told["deviceId"] == DEVICE_ID, "a device of the other contracts signs in here too"
    suspend(gateway, device.device_id)
    assert gateway.nobody.refused(403, rows.AUTH, proof)["code"] == "DEVICE_SUSPENDED"
    assert device.call(rows.CLAIM, {}).status_code in (401, 403), "its sign-ins have ended too"


def test_too_many_sign_ins(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    gateway = Gateway(make_app(rate_limits="on"), cast)
    device = gateway.device()
    proof = {"deviceId": device.device_id, "deviceSecret": "wrong"}
    for _ in range(60):
        answer = gateway.nobody.call(rows.AUTH, proof)
        if answer.status_code != 401:
            break
    limited = gateway.nobody.refused(429, rows.AUTH, proof)
    assert limited["code"] == "RATE_LIMITED" and limited["details"]["retryAfter"] > 0
    assert int(gateway.nobody.call(rows.AUTH, proof).headers["Retry-After"]) > 0
    good = {**proof, "deviceSecret": device.secret}
    gateway.nobody.good(rows.AUTH, good)
    gateway.nobody.refused(429, rows.AUTH, proof)
    device.good(rows.CLAIM, {}, holds=False)


def test_register(gateway: Gateway) -> None:
    announced = gateway.customer.good(rows.PROVISION, {"deviceId": "new-1", "name": "Till 1", "location": "Shop"})
    code = announced["device"]["activationCode"]
    order = {"deviceId": "new-1", "activationCode": code, "metadata": {"location": "Elsewhere", "model": "Pi 5"}}
    for wrong in ({}, {"deviceId": "new-1"}, {"activationCode": code}, {**order, "activationCode": 5},
                  {**order, "metadata": "x"}, {**order, "deviceId": ""}, {**order, "deviceId": "a b"}, [], None):
        assert gateway.nobody.refused(400, rows.REGISTER, wrong)["code"] in ("VALIDATION_FAILED", "BAD_REQUEST")
    wrong = {**order, "activationCode": "0" * 32}
    assert gateway.nobody.refused(401, rows.REGISTER, wrong)["code"] == "INVALID_ACTIVATION_CODE"
    unknown = {**order, "deviceId": "new-2"}
    assert gateway.nobody.refused(404, rows.REGISTER, unknown)["code"] == "DEVICE_NOT_PROVISIONED"
    made = gateway.nobody.good(rows.REGISTER, {**order, "deviceName": "till"})
    assert made["device"]["id"] == "new-1" and is_after(made["device"]["registeredAt"])
    for again in (order, wrong):
        assert gateway.nobody.refused(409, rows.REGISTER, again)["code"] == "DEVICE_ALREADY_REGISTERED"
    gateway.nobody.good(rows.AUTH, {"deviceId": "new-1", "deviceSecret": made["deviceSecret"]})
    (row,) = [row for row in gateway.customer.good(rows.DEVICES)["devices"] if row["id"] == "new-1"]
    assert (row["name"], row["location"]) == ("Till 1", "Shop"), "what the customer said counts first"


def test_a_code_is_good_for_a_day(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    told = gateway.customer.good(rows.PROVISION, {"deviceId": "late"})["device"]
    assert is_after(told["expiresAt"], hours=24)
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(hours=25))
    order = {"deviceId": "late", "activationCode": told["activationCode"]}
    assert gateway.nobody.call(rows.REGISTER, order).status_code in (401, 404)


def test_heartbeat(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    device = gateway.device()
    for status in STATUSES:
        told = device.good(rows.HEARTBEAT, {"timestamp": "2026-01-01T00:00:00.000Z", "status": status})
        assert told["pendingCommands"] == 0 and "commands" not in told
    device.queues()
    device.queues()
    beat = {"timestamp": "1970-01-01T00:00:00Z", "status": "online", "metrics": METRICS, "diagnostics": {"a": [1]}}
    told = device.good(rows.HEARTBEAT, beat)
    assert fits(told, rows.HEARTBEAT.leaves_out) and told["pendingCommands"] == 2
    device.claims()
    assert device.good(rows.HEARTBEAT, beat)["pendingCommands"] == 1
    for wrong in ({}, {**beat, "status": "asleep"}, {**beat, "metrics": 7}, {**beat, "status": None}):
        assert device.refused(400, rows.HEARTBEAT, wrong)["code"] == "VALIDATION_FAILED"
    gateway.nobody.refused(401, rows.HEARTBEAT, beat)
    Caller(gateway.app, {"X-Device-Token": "0" * 64}).refused(401, rows.HEARTBEAT, beat)
    gateway.customer.refused(401, rows.HEARTBEAT, beat)
    monkeypatch.setattr(Batch, "is_full", True)
    late = gateway.device()
    full = late.refused(503, rows.HEARTBEAT, beat)
    assert (full["code"], full["details"]["retryAfter"] > 0) == ("UNAVAILABLE", True)
    remove_row(gateway, device.device_id)
    assert device.refused(404, rows.HEARTBEAT, beat)["code"] == "DEVICE_NOT_FOUND"


def test_claim(gateway: Gateway) -> None:
    device = gateway.device()
    assert device.good(rows.CLAIM, {"limit": 10}, holds=False) == {"commands": []}
    assert device.good(rows.CLAIM, {}, holds=False) == {"commands": []}
    ids = [device.queues("ping", parameters={"n": number}, priority=priority)
           for number, priority in enumerate((9, 5, 1, 5))]
    claimed = device.good(rows.CLAIM, {"limit": 3, "visibilityTimeout": 60000})["commands"]
    assert [each["id"] for each in claimed] == [ids[2], ids[1], ids[3]], "a lower number first, then the older one"
    assert claimed[0]["parameters"] == {"n": 2} and (claimed[0]["type"], claimed[0]["priority"]) == ("ping", 1)
    assert all(is_after(each["visibleUntil"], minutes=1) for each in claimed)
    (last,) = device.good(rows.CLAIM, {"limit": 10})["commands"]
    assert last["id"] == ids[0] and is_after(last["visibleUntil"], minutes=5)
    for wrong in ({"limit": 0}, {"limit": 11}, {"limit": -1}, {"limit": "1"}, {"limit": 1.5}, {"visibilityTimeout": 0},
                  {"visibilityTimeout": -1}, {"visibilityTimeout": 10 ** 18}, {"visibilityTimeout": "5"}):
        assert device.refused(400, rows.CLAIM, wrong)["code"] == "VALIDATION_FAILED"
    gateway.nobody.refused(401, rows.CLAIM, {"limit": 1})
    remove_row(gateway, device.device_id)
    assert device.refused(404, rows.CLAIM, {"limit": 1})["code"] == "DEVICE_NOT_FOUND"


def test_extend(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    device, other = gateway.device(), gateway.device()
    device.queues()
    claimed = device.claims(visibilityTimeout=60000)
    held = {"claimToken": claimed["claimToken"], "extensionMs": 120000}
    told = device.good(rows.EXTEND, held, command_id=claimed["id"])
    assert is_after(told["visibleUntil"], minutes=2), "from now, not added"
    for wrong in ({}, {"claimToken": claimed["claimToken"]}, {"extensionMs": 1000}, {**held, "claimToken": 5},
                  {**held, "extensionMs": 300001}, {**held, "extensionMs": 0}, {**held, "extensionMs": "1"}):
        assert device.refused(400, rows.EXTEND, wrong, command_id=claimed["id"])["code"] == "VALIDATION_FAILED"
    gateway.nobody.refused(401, rows.EXTEND, held, command_id=claimed["id"])
    wrong = {**held, "claimToken": "wrong"}
    assert device.refused(403, rows.EXTEND, wrong, command_id=claimed["id"])["code"] == "INVALID_CLAIM"
    for caller, command_id in ((device, "no-such-command"), (other, claimed["id"])):
        assert caller.refused(404, rows.EXTEND, held, command_id=command_id)["code"] == "COMMAND_NOT_FOUND"
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=3))
    assert device.refused(403, rows.EXTEND, held, command_id=claimed["id"])["code"] == "INVALID_CLAIM"


def test_result(gateway: Gateway) -> None:
    device, other = gateway.device(), gateway.device()
    ids = [device.queues() for _ in range(4)]
    first = device.claims()
    for wrong in ({}, {"status": "success"}, answer_to(first, status="fine"), answer_to(first, status=None),
                  answer_to(first, claimToken=7)):
        assert device.refused(400, rows.RESULT, wrong, command_id=first["id"])["code"] == "VALIDATION_FAILED"
    gateway.nobody.refused(401, rows.RESULT, answer_to(first), command_id=first["id"])
    bad = answer_to(first, claimToken="wrong")
    assert device.refused(403, rows.RESULT, bad, command_id=first["id"])["code"] == "INVALID_CLAIM"
    for caller, command_id in ((device, "no-such-command"), (other, first["id"])):
        assert caller.refused(404, rows.RESULT, answer_to(first), command_id=command_id)["code"] == "COMMAND_NOT_FOUND"
    told = device.finishes(first)
    assert fits(told, rows.RESULT.leaves_out) and told["nextCommand"] == {"id": ids[1]}
    for again in (answer_to(first), bad):
        refusal = device.refused(409, rows.RESULT, again, command_id=first["id"])
        assert refusal["code"] == "COMMAND_COMPLETED"
    for status in ("failure", "timeout"):
        device.finishes(device.claims(), status=status, output=None, error="It broke")
    assert "nextCommand" not in device.finishes(device.claims(), executedAt=None, duration=None)
    told = device.good(rows.COMMAND, command_id=ids[0])
    assert (told["status"], told["result"]["success"], told["result"]["output"]) == ("done", True, "done")
    failed = device.good(rows.COMMAND, command_id=ids[1])
    assert (failed["status"], failed["result"]["success"], failed["result"]["error"]) == ("failed", False, "It broke")


def test_what_was_delivered_again_belongs_to_the_last(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    device = gateway.device()
    device.queues()
    stale, now = device.claims(visibilityTimeout=60000), clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=2))
    assert device.refused(403, rows.RESULT, answer_to(stale), command_id=stale["id"])["code"] == "INVALID_CLAIM"
    fresh = device.claims()
    assert fresh["id"] == stale["id"] and fresh["claimToken"] != stale["claimToken"]
    device.refused(403, rows.RESULT, answer_to(stale), command_id=stale["id"])
    device.finishes(fresh)
    device.refused(409, rows.RESULT, answer_to(stale), command_id=stale["id"])


def test_the_script_runner_answers_without_its_token(gateway: Gateway) -> None:
    """As the real agent does: `{status, result, executedAt}`. Anything else wants the token of its claim."""
    device = gateway.device()
    said = {"status": "cancelled", "result": {"exitCode": 130}, "executedAt": "2026-01-01T00:00:00Z"}
    for command in ("EXECUTE_SCRIPT", "CANCEL_EXECUTION", "ping"):
        device.queues(command)
    for command in ("EXECUTE_SCRIPT", "CANCEL_EXECUTION"):
        waiting = device.good(rows.COMMAND, command_id=device.queues(command, priority=9))
        device.refused(403, rows.RESULT, said, command_id=waiting["id"])
        claimed = device.claims()
        device.refused(403, rows.RESULT, {**said, "claimToken": "wrong"}, command_id=claimed["id"])
        device.good(rows.RESULT, said, command_id=claimed["id"])
        device.refused(409, rows.RESULT, said, command_id=claimed["id"])
        assert device.good(rows.COMMAND, command_id=claimed["id"])["result"]["status"] == "cancelled"
    device.refused(400, rows.RESULT, said, command_id=device.claims()["id"])


def test_devices(gateway: Gateway) -> None:
    here, away = gateway.device(name="Till 1", location="Shop"), gateway.device(name="Till 2")
    here.good(rows.HEARTBEAT, {"timestamp": "2026-01-01T00:00:00Z", "status": "online"})
    told = gateway.customer.call(rows.DEVICES).json
    shown = {row["id"]: row for row in told["devices"]}
    assert fits(told | {"devices": [shown[here.device_id]]}, rows.DEVICES.answer)
    assert set(shown) == {DEVICE_ID, here.device_id, away.device_id} and told["total"] == 3
    assert fits(shown[here.device_id], {"name": "Till 1", "status": "online", "location": "Shop"})
    assert fits(shown[away.device_id], {"name": "Till 2", "status": "offline"})
    assert "location" not in shown[away.device_id], "a field that is not there is not null"
    for status, ids in (("online", {here.device_id}), ("offline", {DEVICE_ID, away.device_id}), ("all", set(shown))):
        told = gateway.customer.good(rows.DEVICES, holds=False, query={"status": status})
        assert {row["id"] for row in told["devices"]} == ids and told["total"] == len(ids)
    pages = [gateway.customer.good(rows.DEVICES, holds=False, query={"limit": 2, "offset": offset})
             for offset in (0, 2, 4)]
    assert [len(page["devices"]) for page in pages] == [2, 1, 0] and {page["total"] for page in pages} == {3}
    for wrong in ({"status": "asleep"}, {"limit": -1}, {"limit": "x"}, {"offset": -1}, {"limit": 10 ** 30}):
        assert gateway.customer.refused(400, rows.DEVICES, query=wrong)["code"] == "VALIDATION_FAILED"
    for stranger in (gateway.nobody, Caller(gateway.app, {"Authorization": "Bearer x.y.z"})):
        stranger.refused(401, rows.DEVICES)
    here.refused(401, rows.DEVICES)
    for other in (gateway.acting("technician_a"), gateway.admin):
        assert other.refused(403, rows.DEVICES)["code"] == "FORBIDDEN"


def test_status(gateway: Gateway) -> None:
    device = gateway.device()
    told = gateway.customer.good(rows.STATUS, device_id=device.device_id)["device"]
    assert (told["id"], told["status"], told["metrics"], told["diagnostics"]) == (
        device.device_id, "offline", None, None) and "activeSession" not in told
    device.good(rows.HEARTBEAT, {"timestamp": "2026-01-01T00:00:00Z", "status": "busy", "metrics": METRICS,
                                 "diagnostics": {"disk": "full"}})
    opened = gateway.customer.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "diagnostic"})["session"]
    told = gateway.customer.good(rows.STATUS, device_id=device.device_id)["device"]
    assert fits(told, {"status": "online", "metrics": METRICS, "diagnostics": {"disk": "full"},
                       "activeSession": opened["id"], "lastHeartbeat": TIME}) and is_after(told["lastHeartbeat"])
    gateway.nobody.refused(401, rows.STATUS, device_id=device.device_id)
    assert gateway.customer.refused(403, rows.STATUS, device_id=DEVICE_OF_B_ID)["code"] == "DEVICE_NOT_OWNED"
    assert gateway.customer.refused(404, rows.STATUS, device_id="nowhere")["code"] == "DEVICE_NOT_FOUND"


def test_provision(gateway: Gateway) -> None:
    order = {"deviceId": "till-7", "name": "Till 7", "location": "Cellar"}
    told = gateway.customer.good(rows.PROVISION, order)
    assert told["device"]["id"] == "till-7" and is_after(told["device"]["expiresAt"], hours=24)
    for taken in ("till-7", DEVICE_ID, DEVICE_OF_B_ID):
        assert gateway.customer.refused(409, rows.PROVISION, {"deviceId": taken})["code"] == "DEVICE_EXISTS"
    for wrong in ({}, {"deviceId": ""}, {"deviceId": 7}, {**order, "name": 5}, {"deviceId": "a/b"}, []):
        assert gateway.customer.refused(400, rows.PROVISION, wrong)["code"] in ("VALIDATION_FAILED", "BAD_REQUEST")
    gateway.nobody.refused(401, rows.PROVISION, order)


def test_sessions(gateway: Gateway) -> None:
    device = gateway.device()
    order = {"deviceId": device.device_id, "type": "diagnostic", "description": "It is slow"}
    gateway.nobody.refused(401, rows.SESSIONS, order)
    assert gateway.customer.refused(403, rows.SESSIONS, {**order, "deviceId": DEVICE_OF_B_ID})["code"] == (
        "DEVICE_NOT_OWNED")
    assert gateway.customer.refused(404, rows.SESSIONS, {**order, "deviceId": "nowhere"})["code"] == "DEVICE_NOT_FOUND"
    for wrong in ({}, {**order, "type": "remote"}, {**order, "type": None}, {"type": "diagnostic"}):
        assert gateway.customer.refused(400, rows.SESSIONS, wrong)["code"] == "VALIDATION_FAILED"
    made = gateway.customer.good(rows.SESSIONS, order)["session"]
    assert made["deviceId"] == device.device_id and is_after(made["createdAt"]) and is_after(made["expiresAt"], hours=1)
    taken = gateway.customer.refused(409, rows.SESSIONS, {**order, "type": "remediation"})
    assert taken["code"] == "ACTIVE_SESSION_EXISTS"
    listed = gateway.customer.good(rows.SESSION_LIST)
    assert (listed["totalCount"], listed["currentPage"], listed["totalPages"]) == (1, 1, 1)


def test_session(gateway: Gateway) -> None:
    device = gateway.device()
    opened = gateway.customer.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "diagnostic"})["session"]
    first, second = device.queues(), device.queues()
    device.finishes(device.claims())
    told = gateway.customer.good(rows.SESSION, session_id=opened["id"])["session"]
    assert (told["id"], told["status"]) == (opened["id"], "active")
    done, waiting = told["commands"]
    assert (done["id"], waiting["id"]) == (first, second) and done["result"] and "result" not in waiting
    gateway.nobody.refused(401, rows.SESSION, session_id=opened["id"])
    assert gateway.customer.refused(404, rows.SESSION, session_id="9PD-835-6DE")["code"] == "SESSION_NOT_FOUND"
    foreign = session_of_b(gateway)
    assert gateway.customer.refused(403, rows.SESSION, session_id=foreign)["code"] == "SESSION_NOT_OWNED"
    assert "transcript" in gateway.customer.good(rows.TRANSCRIPT, session_id=opened["id"])


def session_of_b(gateway: Gateway) -> str:
    """A session of another customer's device, opened by that customer's technician."""
    answer = gateway.app.test_client(use_cookies=False).post(
        f"/api/devices/{DEVICE_OF_B_ID}/sessions", json={"type": "remediation"},
        headers=gateway.cast["technician_b"].headers)
    assert answer.status_code == 201, answer.text
    return answer.json["session"]["id"]


def test_approve(gateway: Gateway) -> None:
    device = gateway.device()
    opened = gateway.customer.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "remediation"})["session"]
    ids = [device.queues("reboot") for _ in range(5)]
    assert device.good(rows.CLAIM, {"limit": 10}, holds=False) == {"commands": []}, "not before the approval"
    assert device.good(rows.HEARTBEAT, {"status": "online"})["pendingCommands"] == 0

    def decide(number: int, approved: Any, row: rows.Row = rows.APPROVE) -> Any:
        return gateway.customer.good(row, {"commandId": ids[number], "approved": approved, "reason": "Go"},
                                     session_id=opened["id"])["command"]

    assert decide(0, True) == {"id": ids[0], "status": "approved"}
    assert decide(1, False) == {"id": ids[1], "status": "rejected"}
    assert decide(2, True, rows.APPROVE_COMMAND) == {"id": ids[2], "status": "approved"}
    for number in (0, 1):
        refusal = gateway.customer.refused(409, rows.APPROVE, {"commandId": ids[number], "approved": True},
                                           session_id=opened["id"])
        assert refusal["code"] == "COMMAND_DECIDED"
    yes = {"commandId": ids[3], "approved": True}
    for row in (rows.APPROVE, rows.APPROVE_COMMAND):
        for wrong in ({"approved": True, "commandId": 5}, {"commandId": ids[3]}, {**yes, "approved": "yes"}):
            assert gateway.customer.refused(400, row, wrong, session_id=opened["id"])["code"] == "VALIDATION_FAILED"
    gateway.nobody.refused(401, rows.APPROVE, yes, session_id=opened["id"])
    foreign = session_of_b(gateway)
    assert gateway.customer.refused(403, rows.APPROVE, yes, session_id=foreign)["code"] == "SESSION_NOT_OWNED"
    gateway.customer.refused(404, rows.APPROVE, yes, session_id="9PD-835-6DE")
    unknown = {**yes, "commandId": "no-such-command"}
    assert gateway.customer.refused(404, rows.APPROVE, unknown, session_id=opened["id"])["code"] == "COMMAND_NOT_FOUND"
    told = gateway.customer.good(rows.REJECT, {"reason": "No"}, session_id=opened["id"])
    assert told["status"] == "rejected"
    assert {each["id"] for each in device.good(rows.CLAIM, {"limit": 10})["commands"]} == {ids[0], ids[2]}
    states = {each["id"]: each["status"] for each in gateway.customer.good(
        rows.SESSION, session_id=opened["id"])["session"]["commands"]}
    assert [states[each] for each in ids[1:5:2]] == ["rejected", "rejected"]


def test_the_portal_decides_on_a_whole_session(gateway: Gateway) -> None:
    device = gateway.device()
    opened = gateway.customer.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "remediation"})["session"]
    first = device.queues("reboot")
    told = gateway.customer.good(rows.APPROVE, {"approved": True}, session_id=opened["id"])
    assert (told["status"], told["command"]) == ("approved", {"id": first, "status": "approved"})
    lines = gateway.customer.good(rows.TRANSCRIPT, session_id=opened["id"])["transcript"]
    assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)
