"""What waits in a session for the customer's word, and the one word that counts."""

from __future__ import annotations

import threading

from flask import Flask

from tests.cast import DEVICE_ID, Caller
from tests.features.device_sessions.test_customer_sessions import SESSIONS, opened, outlived


def queued(caller: Caller, session_id: str, kind: str = "restart_service", **more: object) -> dict:
    answer = caller.post(f"{SESSIONS}/{session_id}/commands", json={"type": kind, **more})
    assert answer.status_code == 201, answer.json
    return answer.json["command"]


def claimed(device: Caller) -> list[str]:
    answer = device.post("/api/v1/device/commands/claim", json={"limit": 10})
    assert answer.status_code == 200, answer.json
    return [each["id"] for each in answer.json["commands"]]


def history(customer: Caller, session_id: str) -> dict[str, str]:
    told = customer.get(f"{SESSIONS}/{session_id}").json["session"]["commands"]
    return {each["id"]: each["status"] for each in told}


def test_a_remediation_waits_for_the_approval(customer: Caller, device: Caller) -> None:
    made = opened(customer, "remediation")
    command = queued(customer, made["id"], parameters={"name": "spooler"})
    assert command["status"] == "pending_approval"
    assert claimed(device) == []
    answer = customer.post(f"{SESSIONS}/{made['id']}/approve", json={
        "commandId": command["id"], "approved": True, "reason": "Bitte — ja 👍"})
    assert answer.json == {"success": True, "command": {"id": command["id"], "status": "approved"}}
    assert claimed(device) == [command["id"]]


def test_what_is_rejected_never_runs(customer: Caller, device: Caller) -> None:
    made = opened(customer, "remediation")
    command = queued(customer, made["id"])
    answer = customer.post(f"{SESSIONS}/{made['id']}/approve", json={"commandId": command["id"], "approved": False})
    assert answer.json["command"] == {"id": command["id"], "status": "rejected"}
    assert claimed(device) == []
    assert history(customer, made["id"]) == {command["id"]: "rejected"}


def test_a_word_counts_once(customer: Caller, device: Caller) -> None:
    made = opened(customer, "remediation")
    command = queued(customer, made["id"])
    body = {"commandId": command["id"], "approved": True}
    for path, approved in (("approve", True), ("approve", False), ("approve-command", True), ("reject", None)):
        answer = customer.post(f"{SESSIONS}/{made['id']}/{path}", json=body | {"approved": approved})
        expected = (200, None) if (path, approved) == ("approve", True) else (409, "COMMAND_DECIDED")
        assert (answer.status_code, answer.json.get("error", {}).get("code")) == expected, path
    assert claimed(device) == [command["id"]]
    late = customer.post(f"{SESSIONS}/{made['id']}/approve", json=body)
    assert (late.status_code, late.json["error"]["code"]) == (409, "COMMAND_DECIDED")


def test_of_many_words_at_once_one_counts(app: Flask, customer: Caller) -> None:
    made = opened(customer, "remediation")
    command = queued(customer, made["id"])
    found: list[tuple[int, bool]] = []

    def say(approved: bool) -> None:
        answer = Caller(app.test_client(), customer.member).post(
            f"{SESSIONS}/{made['id']}/approve", json={"commandId": command["id"], "approved": approved})
        found.append((answer.status_code, approved))
    together = [threading.Thread(target=say, args=(bool(number % 2),)) for number in range(12)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    heard = [approved for status, approved in found if status == 200]
    assert len(heard) == 1
    assert {status for status, _ in found} == {200, 409}
    assert history(customer, made["id"])[command["id"]] == ("queued" if heard[0] else "rejected")


def test_a_command_of_another_session_is_unknown_here(customer: Caller) -> None:
    first = opened(customer, "remediation")
    old = queued(customer, first["id"])
    customer.post(f"{SESSIONS}/{first['id']}/end")
    second = opened(customer, "remediation")
    for command_id in (old["id"], "unknown", "a\x00b"):
        answer = customer.post(f"{SESSIONS}/{second['id']}/approve", json={"commandId": command_id, "approved": True})
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "COMMAND_NOT_FOUND"), command_id
    ended = customer.post(f"{SESSIONS}/{first['id']}/approve", json={"commandId": old["id"], "approved": True})
    assert (ended.status_code, ended.json["error"]["code"]) == (409, "SESSION_ENDED")
    assert history(customer, first["id"]) == {old["id"]: "rejected"}


def test_without_a_command_it_is_about_all_that_waits(customer: Caller, device: Caller) -> None:
    made = opened(customer, "remediation")
    path = f"{SESSIONS}/{made['id']}"
    nothing = customer.post(f"{path}/approve", json={"approved": True})
    assert (nothing.status_code, nothing.json["error"]["code"]) == (409, "COMMAND_DECIDED")
    commands = [queued(customer, made["id"], f"step-{number}")["id"] for number in range(3)]
    answer = customer.post(f"{path}/approve", json={"approved": True})
    assert (answer.json["success"], answer.json["status"]) == (True, "approved")
    assert [each["id"] for each in answer.json["commands"]] == commands == claimed(device)
    more = queued(customer, made["id"])["id"]
    answer = customer.post(f"{path}/reject", json={"reason": "not now"})
    assert (answer.json["status"], answer.json["command"]) == ("rejected", {"id": more, "status": "rejected"})
    assert customer.get(path).json["session"]["status"] == "active"


def test_a_decision_is_looked_at(customer: Caller) -> None:
    made = opened(customer, "remediation")
    command = queued(customer, made["id"])
    for body in ({"commandId": command["id"]}, {"commandId": command["id"], "approved": "yes"},
                 {"commandId": command["id"], "approved": None}, {"commandId": 7, "approved": True},
                 {"commandId": ["x"], "approved": True}, {"commandId": "", "approved": True},
                 {"commandId": "x" * 65, "approved": True}, {"approved": [True]},
                 {"commandId": command["id"], "approved": True, "reason": "x" * 501}):
        assert customer.post(f"{SESSIONS}/{made['id']}/approve", json=body).status_code == 400, body
    assert customer.post(f"{SESSIONS}/{made['id']}/approve-command", json={"approved": True}).status_code == 400
    assert history(customer, made["id"]) == {command["id"]: "pending_approval"}


def test_what_staff_want_waits_for_the_customer(customer: Caller, technician_a: Caller, device: Caller) -> None:
    made = technician_a.post(f"/api/devices/{DEVICE_ID}/sessions", json={
        "type": "remediation", "description": "Disk is full"}).json["session"]
    order = {"type": "clear_temp", "sessionId": made["id"]}
    command = technician_a.post(f"/api/devices/{DEVICE_ID}/commands", json=order).json["command"]
    assert command["status"] == "pending_approval"
    assert history(customer, made["id"]) == {command["id"]: "pending_approval"}
    assert claimed(device) == []
    customer.post(f"{SESSIONS}/{made['id']}/approve", json={"commandId": command["id"], "approved": True})
    assert claimed(device) == [command["id"]]


def test_an_expired_session_approves_nothing(app: Flask, customer: Caller, device: Caller) -> None:
    made = opened(customer, "remediation")
    command = queued(customer, made["id"])
    outlived(app, made["id"])
    answer = customer.post(f"{SESSIONS}/{made['id']}/approve", json={"commandId": command["id"], "approved": True})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "SESSION_ENDED")
    opened(customer)
    assert history(customer, made["id"]) == {command["id"]: "rejected"}
    assert claimed(device) == []


def test_the_transcript_tells_the_whole(customer: Caller, device: Caller) -> None:
    made = opened(customer, "remediation", description="<b>Größe</b>")
    first, second = queued(customer, made["id"], "first"), queued(customer, made["id"], "second")
    path = f"{SESSIONS}/{made['id']}"
    customer.post(f"{path}/approve", json={"commandId": first["id"], "approved": True})
    customer.post(f"{path}/reject", json={"commandId": second["id"], "reason": "too late"})
    claim = device.post("/api/v1/device/commands/claim", json={}).json["commands"][0]
    device.post(f"/api/v1/device/commands/{first['id']}/result", json={
        "claimToken": claim["claimToken"], "status": "success", "output": "all\nwell\x1b[31m", "duration": 5,
        "executedAt": "2026-01-01T00:00:00Z"})
    customer.post(f"{path}/end")
    lines = customer.get(f"{path}/transcript").json["transcript"]
    assert [line["type"] for line in lines] == ["session", "command", "command", "decision", "decision", "result",
                                                "session"]
    assert [line["message"] for line in lines] == [
        "Carl Customer opened a remediation session: <b>Größe</b>", "Carl Customer asked for first",
        "Carl Customer asked for second", "Carl Customer approved first", "Carl Customer rejected second: too late",
        "first: success: all well[31m", "The customer ended the session"]
    assert sorted(line["timestamp"] for line in lines) == [line["timestamp"] for line in lines]
    told = customer.get(path).json["session"]["commands"]
    assert told[0]["result"]["success"] is True
    assert "result" not in told[1]
