"""Staff open, see and end diagnostic and remediation sessions of the devices in their scope."""

from __future__ import annotations

from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Caller

OPEN, SESSIONS = f"/api/devices/{DEVICE_ID}/sessions", "/api/device-sessions"


def test_a_technician_opens_sees_and_ends_one(technician_a: Caller, viewer_a: Caller, customer: Caller) -> None:
    answer = technician_a.post(OPEN, json={"type": "diagnostic", "description": "Slow since Monday"})
    assert answer.status_code == 201
    made = answer.json["session"]
    assert (made["openedBy"], made["status"], made["deviceId"]) == ("Tina Acme", "active", DEVICE_ID)
    for caller in (technician_a, viewer_a):
        assert [each["id"] for each in caller.get(SESSIONS).json["sessions"]] == [made["id"]]
        assert caller.get(f"{SESSIONS}/{made['id']}").json["transcript"][0]["message"] == (
            "Tina Acme opened a diagnostic session: Slow since Monday")
    assert customer.get(f"/api/v1/customer/sessions/{made['id']}").json["session"]["openedBy"] == "Tina Acme"
    assert technician_a.get(f"{SESSIONS}?deviceId={DEVICE_ID}&status=active").json["totalCount"] == 1
    assert technician_a.get(f"{SESSIONS}?deviceId={DEVICE_OF_B_ID}").json["totalCount"] == 0
    assert viewer_a.post(f"{SESSIONS}/{made['id']}/end").status_code == 403
    ended = technician_a.post(f"{SESSIONS}/{made['id']}/end")
    assert (ended.json["session"]["status"], ended.json["session"]["endedBy"]) == ("ended", "technician")
    assert technician_a.post(f"{SESSIONS}/{made['id']}/end").status_code == 409


def test_viewers_and_customers_open_none(viewer_a: Caller, customer: Caller, nobody: Caller) -> None:
    for caller, status in ((viewer_a, 403), (customer, 403), (nobody, 401)):
        assert caller.post(OPEN, json={"type": "diagnostic"}).status_code == status
    for caller, status in ((customer, 403), (nobody, 401)):
        assert caller.get(SESSIONS).status_code == status


def test_another_client_s_are_not_there(technician_a: Caller, technician_b: Caller, admin: Caller) -> None:
    assert technician_b.post(OPEN, json={"type": "diagnostic"}).status_code == 404
    made = technician_a.post(OPEN, json={"type": "diagnostic"}).json["session"]
    assert technician_b.get(SESSIONS).json["totalCount"] == 0
    assert technician_b.get(f"{SESSIONS}/{made['id']}").status_code == 404
    assert technician_b.post(f"{SESSIONS}/{made['id']}/end").status_code == 404
    assert admin.get(f"{SESSIONS}/{made['id']}").status_code == 200
    assert technician_a.post(OPEN, json={"type": "remote"}).status_code == 400


def test_who_did_what_is_in_the_log(technician_a: Caller, admin: Caller) -> None:
    made = technician_a.post(OPEN, json={"type": "diagnostic"}).json["session"]
    technician_a.post(f"{SESSIONS}/{made['id']}/end")
    logged = [entry["message"] for entry in admin.get("/api/logs?category=device_session").json["logs"]]
    assert logged == [f"Session {made['id']} ended",
                      f"A diagnostic session {made['id']} was opened for {DEVICE_ID}"]
