"""GET /api/v1/customer/devices, …/<id>/status and /api/v1/customer/system/info."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import event, insert

from connectassist import VERSION
from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.devices.models import Device
from connectassist.realtime.presence import presence
from tests.cast import ACME, BETA, DEVICE_ID, DEVICE_OF_B_ID, Caller

DEVICES = "/api/v1/customer/devices"


def fleet(app: Flask, count: int, *, client_id: int = ACME, **values: object) -> None:
    moment = clock.now()
    with app.app_context():
        db.session.execute(insert(Device), [
            {"device_id": f"fleet-{client_id}-{number:05}", "client_id": client_id, "details": {}, "health_reasons": [],
             "search_text": f"fleet-{client_id}-{number:05}", "created_at": moment, "updated_at": moment,
             "last_seen": moment - timedelta(seconds=number), **values} for number in range(count)])
        db.session.commit()


def ids(answer: dict) -> list[str]:
    return [each["id"] for each in answer["devices"]]


def test_a_customer_sees_their_clients_devices(app: Flask, customer: Caller) -> None:
    with app.app_context():
        db.session.query(Device).filter_by(device_id=DEVICE_ID).update(
            {"machine_name": "Empfang – 接待 🖥", "location": "Zürich"})
        db.session.commit()
    answer = customer.get(DEVICES).json
    assert (ids(answer), answer["total"]) == ([DEVICE_ID], 1)
    told = answer["devices"][0]
    assert (told["name"], told["status"], told["location"]) == ("Empfang – 接待 🖥", "offline", "Zürich")
    assert answer["pagination"] == {"limit": 50, "hasMore": False, "nextCursor": None, "total": 1}
    assert "permanent_password" not in told


def test_who_is_online(app: Flask, customer: Caller) -> None:
    fleet(app, 3)
    presence.arrive("fleet-2-00001", "socket-1")
    presence.arrive(DEVICE_OF_B_ID, "socket-2")
    assert ids(customer.get(f"{DEVICES}?status=online").json) == ["fleet-2-00001"]
    offline = customer.get(f"{DEVICES}?status=offline").json
    assert (ids(offline), offline["total"]) == ([DEVICE_ID, "fleet-2-00000", "fleet-2-00002"], 3)
    assert customer.get(f"{DEVICES}?status=all").json["total"] == 4
    assert customer.get(f"{DEVICES}/fleet-2-00001/status").json["device"]["status"] == "online"


def test_pages_by_offset_and_by_cursor_are_the_same(app: Flask, customer: Caller) -> None:
    fleet(app, 7)
    fleet(app, 7, client_id=BETA)
    whole, by_offset, by_cursor, cursor = ids(customer.get(DEVICES).json), [], [], ""
    for offset in range(0, 9, 3):
        by_offset += ids(customer.get(f"{DEVICES}?limit=3&offset={offset}").json)
    for _ in range(5):
        page = customer.get(f"{DEVICES}?limit=3&cursor={cursor}").json
        by_cursor += ids(page)
        cursor = page["pagination"]["nextCursor"]
        if not page["pagination"]["hasMore"]:
            break
    assert whole == by_offset == by_cursor
    assert len(whole) == 8
    assert cursor is None
    assert customer.get(f"{DEVICES}?offset=500").json["total"] == 8


def test_what_is_asked_for_is_looked_at(customer: Caller) -> None:
    for wrong in ("status=busy", "status=ONLINE", "limit=0", "limit=201", "limit=-1", "limit=x", "limit=1e9",
                  "offset=-1", "limit=99999999999999999999", "offset=99999999999999999999", "cursor=abc", "cursor=-1",
                  "cursor=99999999999999999999", "limit=1.5"):
        answer = customer.get(f"{DEVICES}?{wrong}")
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_FAILED"), wrong
    assert customer.get(f"{DEVICES}?status=&limit=&offset=&cursor=&search=").status_code == 200


def test_ten_thousand_devices_cost_no_more_queries(app: Flask, customer: Caller) -> None:
    def queries() -> int:
        asked: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert customer.get(f"{DEVICES}?limit=200").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(asked)
    before = queries()
    fleet(app, 10_000)
    assert queries() == before
    page = customer.get(f"{DEVICES}?limit=200&offset=9900").json
    assert (len(page["devices"]), page["total"], page["pagination"]["hasMore"]) == (101, 10_001, False)


def test_how_a_device_is(customer: Caller, device: Caller) -> None:
    before = customer.get(f"{DEVICES}/{DEVICE_ID}/status").json["device"]
    assert (before["id"], before["metrics"], before["diagnostics"]) == (DEVICE_ID, None, None)
    assert "activeSession" not in before
    beat = device.post("/api/v1/device/heartbeat", json={
        "timestamp": "2026-01-01T00:00:00Z", "status": "busy", "metrics": {"cpu": 12.5, "memory": 60, "uptime": 99},
        "diagnostics": {"note": "Größe"}})
    assert beat.status_code == 200, beat.json
    told = customer.get(f"{DEVICES}/{DEVICE_ID}/status").json["device"]
    assert (told["status"], told["condition"]) == ("online", "busy")
    assert (told["metrics"], told["diagnostics"]) == ({"cpu": 12.5, "memory": 60, "uptime": 99}, {"note": "Größe"})
    assert told["lastHeartbeat"].endswith("Z")


def test_whose_device_it_is(customer: Caller) -> None:
    for device_id, status, code in ((DEVICE_OF_B_ID, 403, "DEVICE_NOT_OWNED"), ("unknown", 404, "DEVICE_NOT_FOUND"),
                                    ("x" * 500, 404, "DEVICE_NOT_FOUND"), ("a%00b", 404, "DEVICE_NOT_FOUND"),
                                    ("%E6%8E%A5", 404, "DEVICE_NOT_FOUND"), ("..%2f..%2fetc", 404, None)):
        answer = customer.get(f"{DEVICES}/{device_id}/status")
        assert answer.status_code == status, device_id
        assert code in (None, answer.json["error"]["code"]), device_id


def test_the_server_itself(customer: Caller) -> None:
    told = customer.get("/api/v1/customer/system/info").json
    assert told["version"] == VERSION
    assert told["build"].startswith(VERSION)
    assert told["uptime"] >= 0
    assert isinstance(told["uptime"], int)
    assert told["services"]["database"] == "connected"
    assert isinstance(told["environment"], str)


def test_these_routes_are_for_customers(as_member: Callable[[str], Caller]) -> None:
    for who in ("nobody", "technician_a", "viewer_a", "admin", "device", "device_b"):
        status = 401 if who in ("nobody", "device", "device_b") else 403
        for path in (DEVICES, f"{DEVICES}/{DEVICE_ID}/status", "/api/v1/customer/system/info"):
            answer = as_member(who).get(path)
            assert (answer.status_code, set(answer.json)) == (status, {"error"}), (who, path)


def test_a_customer_of_no_client_sees_nothing(app: Flask, nobody: Caller) -> None:
    nobody.post("/api/auth/local/register", json={"username": "emil", "email": "emil@example.com",
                                                  "password": "correct-horse"})
    token = nobody.post("/api/auth/local/login", json={"username": "emil", "password": "correct-horse"}).json["token"]
    answer = app.test_client().get(DEVICES, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "FORBIDDEN")
