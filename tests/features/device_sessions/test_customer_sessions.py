"""POST and GET /api/v1/customer/sessions: opened, listed, told, ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.device_sessions import queries, service
from connectassist.features.device_sessions.models import DeviceSession
from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Caller

SESSIONS = "/api/v1/customer/sessions"


def opened(customer: Caller, kind: str = "diagnostic", **more: object) -> dict:
    answer = customer.post(SESSIONS, json={"deviceId": DEVICE_ID, "type": kind, **more})
    assert answer.status_code == 201, answer.json
    return answer.json["session"]


def outlived(app: Flask, session_id: str) -> None:
    """Let an hour go by for a session."""
    with app.app_context():
        db.session.execute(update(DeviceSession).where(DeviceSession.session_id == session_id).values(
            expires_at=clock.now() - timedelta(seconds=1)))
        db.session.commit()


def test_a_session_is_opened_for_an_hour(customer: Caller) -> None:
    made = opened(customer, description="The printer — 打印机 — says no 🖨")
    assert made["deviceId"] == DEVICE_ID
    assert made["status"] == "active"
    assert made["expiresAt"][:13] != made["createdAt"][:13]
    told = customer.get(f"{SESSIONS}/{made['id']}").json["session"]
    assert told["commands"] == []
    assert told["description"] == "The printer — 打印机 — says no 🖨"
    name = customer.get(f"/api/v1/customer/devices/{DEVICE_ID}/status").json["device"]["name"]
    assert told["deviceName"] == name != DEVICE_ID, "people know it by its name"
    assert customer.get(SESSIONS).json["sessions"][0]["deviceName"] == name
    status = customer.get(f"/api/v1/customer/devices/{DEVICE_ID}/status").json["device"]
    assert status["activeSession"] == made["id"]


def test_what_is_asked_for_is_looked_at(customer: Caller) -> None:
    for body in ({}, {"deviceId": DEVICE_ID}, {"type": "diagnostic"}, {"deviceId": DEVICE_ID, "type": "remote"},
                 {"deviceId": DEVICE_ID, "type": ["diagnostic"]}, {"deviceId": 7, "type": "diagnostic"},
                 {"deviceId": "", "type": "diagnostic"}, {"deviceId": "x" * 121, "type": "diagnostic"},
                 {"deviceId": DEVICE_ID, "type": "diagnostic", "description": "x" * 2001},
                 {"deviceId": DEVICE_ID, "type": "diagnostic", "description": {"a": 1}}):
        answer = customer.post(SESSIONS, json=body)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_FAILED"), body
    for body in (b"{", b"[]", b'"x"'):
        assert customer.post(SESSIONS, data=body).status_code == 400


def test_a_device_that_is_not_there_or_not_theirs(customer: Caller) -> None:
    for device_id, status, code in (("unknown", 404, "DEVICE_NOT_FOUND"), ("a\x00b", 404, "DEVICE_NOT_FOUND"),
                                    (DEVICE_OF_B_ID, 403, "DEVICE_NOT_OWNED")):
        answer = customer.post(SESSIONS, json={"deviceId": device_id, "type": "diagnostic"})
        assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_a_device_has_one_active_session(customer: Caller, technician_a: Caller) -> None:
    first = opened(customer)
    again = customer.post(SESSIONS, json={"deviceId": DEVICE_ID, "type": "remediation"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "ACTIVE_SESSION_EXISTS")
    assert technician_a.post(f"/api/devices/{DEVICE_ID}/sessions", json={"type": "diagnostic"}).status_code == 409
    assert customer.post(f"{SESSIONS}/{first['id']}/end").json["session"]["status"] == "ended"
    assert opened(customer, "remediation")["id"] != first["id"]


def test_of_many_at_once_one_comes_through(app: Flask, customer: Caller) -> None:
    found: list[int] = []

    def ask() -> None:
        found.append(Caller(app.test_client(), customer.member).post(
            SESSIONS, json={"deviceId": DEVICE_ID, "type": "diagnostic"}).status_code)
    together = [threading.Thread(target=ask) for _ in range(20)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert sorted(found) == [201] + [409] * 19
    assert customer.get(f"{SESSIONS}?status=active").json["totalCount"] == 1


def test_an_hour_later_it_is_over(app: Flask, customer: Caller) -> None:
    made = opened(customer)
    outlived(app, made["id"])
    assert customer.get(f"{SESSIONS}/{made['id']}").json["session"]["status"] == "expired"
    assert "activeSession" not in customer.get(f"/api/v1/customer/devices/{DEVICE_ID}/status").json["device"]
    late = customer.post(f"{SESSIONS}/{made['id']}/end")
    assert (late.status_code, late.json["error"]["code"]) == (409, "SESSION_ENDED")
    another = opened(customer)
    assert [each["status"] for each in customer.get(SESSIONS).json["sessions"]] == ["active", "expired"]
    assert customer.get(f"{SESSIONS}/{made['id']}").json["session"]["endedAt"]
    assert another["status"] == "active"


def swept(app: Flask) -> list[tuple[str, str]]:
    """What the sweep ended."""
    heard: list[dict] = []
    service.on_changed.append(heard.append)
    try:
        with app.test_request_context():
            service.expire()
    finally:
        service.on_changed.remove(heard.append)
    return [(each["id"], each["status"]) for each in heard]


def test_the_sweep_ends_what_is_over(app: Flask, customer: Caller) -> None:
    made = opened(customer, "remediation")
    waiting = customer.post(f"{SESSIONS}/{made['id']}/commands", json={"type": "restart"}).json["command"]
    assert swept(app) == []
    outlived(app, made["id"])
    assert swept(app) == [(made["id"], "expired")]
    assert swept(app) == []
    with app.app_context():
        session = queries.find(made["id"])
        assert session is not None
        assert (session.status, session.ended_by, session.ended_at) == ("ended", "expiry", session.expires_at)
    told = customer.get(f"{SESSIONS}/{made['id']}").json["session"]
    assert [(each["id"], each["status"]) for each in told["commands"]] == [(waiting["id"], "rejected")]


def test_ending_twice(customer: Caller) -> None:
    made = opened(customer)
    assert customer.post(f"{SESSIONS}/{made['id']}/end").status_code == 200
    assert customer.post(f"{SESSIONS}/{made['id']}/end").status_code == 409
    queued = customer.post(f"{SESSIONS}/{made['id']}/commands", json={"type": "ping"})
    assert (queued.status_code, queued.json["error"]["code"]) == (409, "SESSION_ENDED")


ROUTES = (("GET", ""), ("POST", "/approve"), ("POST", "/approve-command"), ("POST", "/reject"), ("POST", "/end"),
          ("GET", "/transcript"), ("POST", "/commands"))


def test_a_session_of_another_client_is_refused_by_name(customer: Caller, technician_b: Caller) -> None:
    theirs = technician_b.post(f"/api/devices/{DEVICE_OF_B_ID}/sessions", json={"type": "diagnostic"}).json["session"]
    body = {"commandId": "x", "approved": True, "type": "ping"}
    for method, path in ROUTES:
        for session_id, status, code in ((theirs["id"], 403, "SESSION_NOT_OWNED"),
                                         ("unknown", 404, "SESSION_NOT_FOUND"),
                                         (theirs["id"] + "x", 404, "SESSION_NOT_FOUND")):
            answer = customer.open(method, f"{SESSIONS}/{session_id}{path}", json=body)
            assert (answer.status_code, answer.json["error"]["code"]) == (status, code), path
    assert customer.get(SESSIONS).json == {"sessions": [], "totalCount": 0, "currentPage": 1, "totalPages": 0,
                                           "devices": {}, "users": {}}


def test_these_routes_are_for_customers(as_member: Callable[[str], Caller], customer: Caller) -> None:
    made = opened(customer)
    for who in ("nobody", "technician_a", "viewer_a", "admin", "device"):
        caller, status = as_member(who), 401 if who in ("nobody", "device") else 403
        assert caller.post(SESSIONS, json={"deviceId": DEVICE_ID, "type": "diagnostic"}).status_code == status
        assert caller.get(SESSIONS).status_code == status
        for method, path in ROUTES:
            answer = caller.open(method, f"{SESSIONS}/{made['id']}{path}", json={"approved": True})
            assert answer.status_code == status, (who, path)


def test_the_list_is_cut_into_pages_and_searched(customer: Caller) -> None:
    made = []
    for number in range(5):
        made.append(opened(customer, description=f"Fall Nr. {number} – Größe 100%"))
        customer.post(f"{SESSIONS}/{made[-1]['id']}/end")
    page = customer.get(f"{SESSIONS}?page=2&limit=2").json
    assert [each["id"] for each in page["sessions"]] == [made[2]["id"], made[1]["id"]]
    assert (page["totalCount"], page["currentPage"], page["totalPages"]) == (5, 2, 3)
    assert page["devices"][DEVICE_ID]["name"] == "device-host"
    assert list(page["users"]) == ["Carl Customer"]
    assert customer.get(f"{SESSIONS}?search=Nr. 3").json["totalCount"] == 1
    assert customer.get(f"{SESSIONS}?search=100%25").json["totalCount"] == 5
    assert customer.get(f"{SESSIONS}?search=%25%25").json["totalCount"] == 0
    assert customer.get(f"{SESSIONS}?status=active&search=&limit=").json["totalCount"] == 0
    assert customer.get(f"{SESSIONS}?status=ended").json["totalCount"] == 5
    assert customer.get(f"{SESSIONS}?page=900").json["sessions"] == []
    for wrong in ("limit=0", "limit=201", "limit=x", "page=0", "page=-1", "status=odd"):
        assert customer.get(f"{SESSIONS}?{wrong}").status_code == 400, wrong


def test_a_device_that_goes_ends_its_session(admin: Caller, customer: Caller, technician_a: Caller) -> None:
    first = opened(customer)
    assert admin.patch(f"/api/devices/{DEVICE_ID}/client", json={"client_id": 3}).status_code == 200
    told = customer.get(f"{SESSIONS}/{first['id']}").json["session"]
    assert (told["status"], told["endedBy"]) == ("ended", "server")
    assert admin.patch(f"/api/devices/{DEVICE_ID}/client", json={"client_id": 2}).status_code == 200
    second = opened(customer)
    assert technician_a.delete(f"/api/devices/{DEVICE_ID}").status_code == 200
    assert customer.get(f"{SESSIONS}/{second['id']}").json["session"]["status"] == "ended"
