"""What waits for a customer's yes or no: seen to the letter, decided once, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Caller

PATH = "/api/v1/customer/approvals"
HOSTILE = "<img src=x onerror=alert(1)>"


def asked(by: Caller, device_id: str = DEVICE_ID, **more: Any) -> str:
    answer = by.post(f"/api/devices/{device_id}/commands", json={"type": "reboot", **more})
    assert (answer.status_code, answer.json["command"]["status"]) == (201, "pending_approval")
    return answer.json["command"]["id"]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_it_is_shown_to_the_letter(customer: Caller, technician_a: Caller) -> None:
    opened = technician_a.post(f"/api/devices/{DEVICE_ID}/sessions",
                               json={"type": "remediation", "description": f"No receipts {HOSTILE}"})
    session_id = opened.json["session"]["id"]
    command_id = asked(technician_a, parameters={"when": HOSTILE}, sessionId=session_id)
    answer = customer.get(PATH).json
    assert answer["total"] == 1
    [row] = answer["approvals"]
    assert row | {"createdAt": ""} == {
        "id": command_id, "type": "reboot", "parameters": {"when": HOSTILE}, "priority": 5,
        "status": "pending_approval", "deviceId": DEVICE_ID, "deviceName": row["deviceName"], "sessionId": session_id,
        "why": f"No receipts {HOSTILE}", "requestedBy": "Tina Acme", "createdAt": "", "decidedBy": None,
        "decidedAt": None, "decisionReason": None}


def test_of_one_device_or_session_alone(customer: Caller, technician_a: Caller) -> None:
    ids = [asked(technician_a) for _ in range(11)]
    wanted = {"deviceId": DEVICE_ID, "type": "remediation"}
    session_id = customer.post("/api/v1/customer/sessions", json=wanted).json["session"]["id"]
    ids.append(asked(technician_a))

    def listed(query: str) -> tuple[list[str], int]:
        told = customer.get(f"{PATH}?{query}").json
        return [each["id"] for each in told["approvals"]], told["total"]
    assert listed(f"deviceId={DEVICE_ID}") == (ids[:10], 12)
    assert listed(f"sessionId={session_id}") == (ids[-1:], 12), "it is none of the oldest ten"
    assert listed(f"deviceId={DEVICE_OF_B_ID}") == ([], 12)
    assert customer.get(f"{PATH}?deviceId={'x' * 200}").status_code == 400


def test_a_yes_counts_once(customer: Caller, technician_a: Caller, device: Caller) -> None:
    command_id = asked(technician_a)
    answer = customer.post(f"{PATH}/{command_id}", json={"approved": True})
    assert (answer.status_code, answer.json["success"]) == (200, True)
    assert answer.json["approval"]["status"] == "queued"
    assert answer.json["approval"]["decidedBy"] == "Carl Customer"
    assert code(customer.post(f"{PATH}/{command_id}", json={"approved": False})) == (409, "COMMAND_DECIDED")
    assert customer.get(PATH).json == {"approvals": [], "total": 0}
    shown = customer.get(f"{PATH}/{command_id}").json["approval"]
    assert (shown["status"], shown["decidedBy"]) == ("queued", "Carl Customer")
    claimed = device.post("/api/v1/device/commands/claim", json={}).json["commands"]
    assert [each["id"] for each in claimed] == [command_id]


def test_a_no_tells_its_reason(customer: Caller, technician_a: Caller, device: Caller) -> None:
    command_id = asked(technician_a)
    answer = customer.post(f"{PATH}/{command_id}", json={"approved": False, "reason": f"Call me {HOSTILE}"})
    assert answer.json["approval"]["status"] == "rejected"
    assert technician_a.get(f"/api/commands/{command_id}").json["command"]["decision_reason"] == f"Call me {HOSTILE}"
    assert device.post("/api/v1/device/commands/claim", json={}).json["commands"] == []


def test_what_belongs_to_an_ended_session_is_decided(customer: Caller, technician_a: Caller) -> None:
    opened = technician_a.post(f"/api/devices/{DEVICE_ID}/sessions", json={"type": "remediation"}).json["session"]
    command_id = asked(technician_a, sessionId=opened["id"])
    assert technician_a.post(f"/api/device-sessions/{opened['id']}/end").status_code == 200
    assert code(customer.post(f"{PATH}/{command_id}", json={"approved": True})) == (409, "COMMAND_DECIDED")


def test_another_clients_are_not_there(customer: Caller, admin: Caller) -> None:
    command_id = asked(admin, DEVICE_OF_B_ID)
    assert customer.get(PATH).json == {"approvals": [], "total": 0}
    assert code(customer.get(f"{PATH}/{command_id}")) == (404, "COMMAND_NOT_FOUND")
    assert code(customer.post(f"{PATH}/{command_id}", json={"approved": True})) == (404, "COMMAND_NOT_FOUND")
    assert admin.get(f"/api/commands/{command_id}").json["command"]["state"] == "pending_approval"


@pytest.mark.parametrize("body", [{}, {"approved": "yes"}, {"approved": True, "reason": "x" * 501}, [], None])
def test_what_is_no_decision(customer: Caller, technician_a: Caller, body: Any) -> None:
    command_id = asked(technician_a)
    assert customer.post(f"{PATH}/{command_id}", json=body).status_code == 400
    assert customer.get(PATH).json["total"] == 1


def test_the_oldest_ten_are_shown_and_all_are_counted(customer: Caller, technician_a: Caller) -> None:
    ids = [asked(technician_a) for _ in range(12)]
    answer = customer.get(PATH).json
    assert ([each["id"] for each in answer["approvals"]], answer["total"]) == (ids[:10], 12)


def test_staff_are_told_beforehand_who_must_say_yes(technician_a: Caller, viewer_a: Caller, technician_b: Caller,
                                                    ) -> None:
    path = f"/api/devices/{DEVICE_ID}/commands/needs"
    def needs(**wish: Any) -> str:
        return technician_a.post(path, json=wish).json["needs"]

    assert needs(type="reboot") == "approval"
    assert needs(type="check.all") == needs(type="tool", parameters={"tool": "process_list"}) == "nothing"
    assert needs(type="tool", parameters={"tool": "process_kill"}) == "approval"
    technician_a.post(f"/api/devices/{DEVICE_ID}/sessions", json={"type": "remediation"})
    assert needs(type="check.all") == "approval"
    assert technician_a.post(path, json={}).status_code == 400
    assert viewer_a.post(path, json={"type": "reboot"}).status_code == 403
    assert technician_b.post(path, json={"type": "reboot"}).status_code == 404
