"""One-time tokens: made by admins for a client, used once by one machine, listed, revoked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.enrollment import service
from connectassist.features.enrollment.models import EnrollmentToken
from tests.cast import ACME, BETA, DEVICE_ID, Caller
from tests.contracts.shape import NONE, TIME, fits
from tests.live.server import Server

LISTED = {"id": int, "hint": str, "purpose": "token", "client_id": ACME, "client_name": "Acme", "made_by": str,
          "created_at": TIME, "expires_at": TIME, "used_by": (str, NONE), "hostname": (str, NONE)}


@pytest.fixture
def issue(admin: Caller) -> Callable[..., str]:
    """A fresh token of client A, or of another one."""
    def issue(client_id: int = ACME) -> str:
        answer = admin.post("/api/enrollment/token", json={"client_id": client_id})
        assert answer.status_code == 200, answer.text
        return answer.json["token"]
    return issue


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """Let time pass."""
    real = clock.now

    def pass_by(span: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + span)
    yield pass_by


def order(token: object, device_id: object = "device-abc123", **changes: Any) -> dict[str, Any]:
    return {"token": token, "deviceId": device_id, "hostname": "DESKTOP-USER01", "osVersion": "Windows 11", **changes}


def test_a_token_as_contract_000_writes_it(admin: Caller) -> None:
    answer = admin.post("/api/enrollment/token", json={"client_id": ACME})
    assert answer.status_code == 200
    assert fits(answer.json, {"token": str, "expiresAt": TIME, "client_id": ACME, "client_name": "Acme"})
    assert uuid.UUID(answer.json["token"]).version == 4
    left = datetime.fromisoformat(answer.json["expiresAt"]) - clock.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_only_a_hash_of_it_is_kept(app: Flask, issue: Callable[..., str]) -> None:
    token = issue()
    with app.app_context():
        kept = str(db.session.execute(EnrollmentToken.__table__.select()).mappings().one())
    assert token not in kept
    assert token[:8] in kept


def test_which_client_it_is_for_must_be_right(admin: Caller) -> None:
    for wrong in (None, "Acme", 0, 2**31, [2], True):
        assert admin.post("/api/enrollment/token", json={"client_id": wrong}).status_code == 400, wrong
    assert admin.post("/api/enrollment/token", json={}).status_code == 400
    assert admin.post("/api/enrollment/token", json={"client_id": 99}).status_code == 404


def test_admins_alone_make_list_and_revoke(technician_a: Caller, customer: Caller, device: Caller,
                                           nobody: Caller) -> None:
    for caller, status in ((technician_a, 403), (customer, 403), (device, 401), (nobody, 401)):
        assert caller.post("/api/enrollment/token", json={"client_id": ACME}).status_code == status
        assert caller.get("/api/enrollment/tokens").status_code == status
        assert caller.delete("/api/enrollment/tokens/1").status_code == status


def test_ten_an_hour_for_each_admin(make_app: Callable[..., Flask], cast: dict[str, Any]) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    admin = Caller(client, cast["admin"])
    assert admin.post("/api/enrollment/token", json={"client_id": 99}).status_code == 404
    made = [admin.post("/api/enrollment/token", json={"client_id": ACME}) for _ in range(11)]
    assert [answer.status_code for answer in made] == [200] * 10 + [429]
    assert int(made[-1].headers["Retry-After"]) > 0


def test_a_machine_becomes_a_device_of_the_client(nobody: Caller, admin: Caller, technician_a: Caller,
                                                  technician_b: Caller, issue: Callable[..., str]) -> None:
    answer = nobody.post("/api/enrollment/enroll", json=order(issue()))
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "deviceId": "device-abc123", "deviceSecret": str, "clientId": ACME,
                              "signingKey": str})
    assert "device-abc123" in technician_a.get("/api/devices").text
    assert "device-abc123" not in technician_b.get("/api/devices").text
    proof = {"X-Device-Id": "device-abc123", "X-Device-Secret": answer.json["deviceSecret"]}
    assert nobody.get("/api/devices/pending/device-abc123", headers=proof).json["pending"] is False
    listed = admin.get(f"/api/enrollment/tokens?client_id={ACME}").json
    assert fits(listed, {"success": True, "total": 1, "tokens": [LISTED | {
        "state": "used", "used_by": "device-abc123", "hostname": "DESKTOP-USER01", "used_at": TIME}]})


def test_a_token_works_once(nobody: Caller, issue: Callable[..., str]) -> None:
    token = issue()
    assert nobody.post("/api/enrollment/enroll", json=order(token)).status_code == 200
    again = nobody.post("/api/enrollment/enroll", json=order(token, "another"))
    assert (again.status_code, again.json["error_code"]) == (400, "INVALID_ENROLLMENT_TOKEN")


def test_a_token_ends_after_a_day(nobody: Caller, admin: Caller, issue: Callable[..., str],
                                  later: Callable[[timedelta], None]) -> None:
    token = issue()
    later(timedelta(hours=24, seconds=1))
    assert nobody.post("/api/enrollment/enroll", json=order(token)).json["error_code"] == "INVALID_ENROLLMENT_TOKEN"


def test_a_revoked_token_is_worth_nothing(nobody: Caller, admin: Caller, issue: Callable[..., str]) -> None:
    token = issue()
    number = admin.get("/api/enrollment/tokens").json["tokens"][0]["id"]
    assert admin.delete(f"/api/enrollment/tokens/{number}").json == {"success": True}
    assert admin.delete(f"/api/enrollment/tokens/{number}").status_code == 200
    assert nobody.post("/api/enrollment/enroll", json=order(token)).status_code == 400
    assert admin.get("/api/enrollment/tokens").json["tokens"][0]["state"] == "revoked"
    for wrong in (number + 1, 2**31, "x"):
        assert admin.delete(f"/api/enrollment/tokens/{wrong}").status_code == 404


def test_what_was_used_can_not_be_revoked(nobody: Caller, admin: Caller, issue: Callable[..., str]) -> None:
    nobody.post("/api/enrollment/enroll", json=order(issue()))
    number = admin.get("/api/enrollment/tokens?state=used").json["tokens"][0]["id"]
    assert admin.delete(f"/api/enrollment/tokens/{number}").status_code == 409
    assert admin.get("/api/enrollment/tokens").json["tokens"][0]["state"] == "used"


def test_the_list_is_paged_and_filtered(nobody: Caller, admin: Caller, issue: Callable[..., str]) -> None:
    tokens = [issue(), issue(), issue(BETA)]
    nobody.post("/api/enrollment/enroll", json=order(tokens[0]))

    def states(query: str) -> list[str]:
        return [each["state"] for each in admin.get(f"/api/enrollment/tokens?{query}").json["tokens"]]
    assert states("") == ["unused", "unused", "used"]
    assert states(f"client_id={ACME}") == ["unused", "used"]
    assert states("limit=1&offset=2") == ["used"]
    assert (states("state=used"), states("state=revoked"), states("state=expired")) == (["used"], [], [])
    assert admin.get("/api/enrollment/tokens?limit=1").json["total"] == 3
    for wrong in ("state=lost", "limit=0", "client_id=x"):
        assert admin.get(f"/api/enrollment/tokens?{wrong}").status_code == 400


def test_the_token_of_a_client_that_is_gone(nobody: Caller, admin: Caller, issue: Callable[..., str]) -> None:
    made = admin.post("/api/clients", json={"name": "Short-lived"})
    assert made.status_code == 201, made.text
    token = issue(made.json["id"])
    assert admin.delete(f"/api/clients/{made.json['id']}").status_code == 200
    answer = nobody.post("/api/enrollment/enroll", json=order(token))
    assert (answer.status_code, answer.json["error_code"]) == (400, "INVALID_ENROLLMENT_TOKEN")
    assert nobody.post("/pocket-it/api/enrollment/enroll", json=order(token)).json == {
        "error": "This enrollment token is unknown, used or expired"}


def test_a_device_that_is_there_stays_itself(nobody: Caller, device: Caller, device_b: Caller,
                                             issue: Callable[..., str]) -> None:
    token = issue()
    for old in (device, device_b):
        answer = nobody.post("/api/enrollment/enroll", json=order(token, old.device_id, hostname="EVIL"))
        assert (answer.status_code, answer.json["error_code"]) == (409, "DEVICE_ALREADY_ENROLLED")
        assert old.get(f"/api/devices/pending/{old.device_id}").status_code == 200, "its secret still works"
    assert nobody.post("/api/enrollment/enroll", json=order(token)).status_code == 200, "nothing was used up"


def test_a_device_that_lies_in_a_field(nobody: Caller, issue: Callable[..., str]) -> None:
    token = issue()
    for changes in ({"token": None}, {"token": 5}, {"token": "x" * 1_000_000}, {"deviceId": ""}, {"deviceId": 7},
                    {"deviceId": "a/../b"}, {"deviceId": "<script>"}, {"deviceId": "a\x00"}, {"deviceId": ".."},
                    {"deviceId": "x" * 121}, {"hostname": ""}, {"hostname": {"a": 1}}, {"hostname": "h" * 500_000},
                    {"osVersion": ["x"]}, {"osVersion": 11}):
        answer = nobody.post("/api/enrollment/enroll", json={**order(token), **changes})
        assert answer.status_code in (400, 413), str(changes)[:80]
    assert nobody.post("/api/enrollment/enroll", json=order(token)).status_code == 200


def test_what_is_kept_of_hostile_texts(nobody: Caller, technician_a: Caller, issue: Callable[..., str]) -> None:
    evil = "\x1b[2J<img src=x onerror=alert(1)>\x00\u202e" + "x" * 100
    assert nobody.post("/api/enrollment/enroll", json=order(issue(), hostname=evil, osVersion=evil + "y" * 100)
                       ).status_code == 200
    shown = technician_a.get("/api/devices?search=device-abc123").json["devices"][0]["hostname"]
    assert not {"\x1b", "\x00", "\u202e"} & set(shown)


def test_is_this_device_still_enrolled(nobody: Caller, admin: Caller, issue: Callable[..., str]) -> None:
    secret = nobody.post("/api/enrollment/enroll", json=order(issue())).json["deviceSecret"]
    path, proof = "/api/enrollment/status/device-abc123", {"X-Device-Secret": secret}
    assert nobody.get(path, headers=proof).json == {"enrolled": True, "deviceId": "device-abc123"}
    assert nobody.get(path).status_code == 401
    assert nobody.get(path, headers={"X-Device-Secret": "wrong"}).status_code == 401
    assert nobody.get(path, headers={**proof, "X-Device-Id": DEVICE_ID}).status_code == 200
    assert admin.delete("/api/devices/device-abc123").status_code == 200
    gone = nobody.get(path, headers=proof)
    assert (gone.status_code, gone.json["enrolled"]) == (404, False)
    assert nobody.get("/pocket-it" + path, headers=proof).json == {"error": "Device not found", "enrolled": False}


def test_guessing_is_limited_per_address(make_app: Callable[..., Flask], cast: dict[str, Any]) -> None:
    app = make_app(rate_limits="on")
    guesser, admin = app.test_client(use_cookies=False), Caller(app.test_client(use_cookies=False), cast["admin"])
    token = admin.post("/api/enrollment/token", json={"client_id": ACME}).json["token"]
    found = [guesser.post("/api/enrollment/enroll", json=order(str(uuid.uuid4()))).status_code for _ in range(21)]
    assert found == [400] * 20 + [429]
    assert guesser.post("/api/enrollment/enroll", json=order(token)).status_code == 429
    elsewhere = guesser.post("/api/enrollment/enroll", json=order(token), environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_one_token_twenty_machines_at_once(engine_server: Server) -> None:
    admin, crowd = engine_server.http("admin"), 20
    made = admin.post("/api/enrollment/token", json={"client_id": ACME}).json()

    def enroll(number: int) -> Any:
        return engine_server.http().post("/api/enrollment/enroll",
                                         json=order(made["token"], f"crowd-{made['id']}-{number}"))
    with ThreadPoolExecutor(crowd) as pool:
        answers = list(pool.map(enroll, range(crowd)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (crowd - 1)
    winner = next(answer.json()["deviceId"] for answer in answers if answer.status_code == 200)
    listed = admin.get("/api/enrollment/tokens").json()["tokens"]
    assert next(each["used_by"] for each in listed if each["id"] == made["id"]) == winner


def test_one_machine_twenty_tokens_at_once(engine_server: Server) -> None:
    admin, crowd = engine_server.http("admin"), 20
    made = [admin.post("/api/enrollment/token", json={"client_id": ACME}).json() for _ in range(crowd)]

    def enroll(one: dict[str, Any]) -> int:
        return engine_server.http().post("/api/enrollment/enroll",
                                         json=order(one["token"], f"eager-{made[0]['id']}")).status_code
    with ThreadPoolExecutor(crowd) as pool:
        answers = list(pool.map(enroll, made))
    assert sorted(answers) == [200] + [409] * (crowd - 1)
    left = {each["id"]: each["state"] for each in admin.get("/api/enrollment/tokens?limit=500").json()["tokens"]}
    assert sorted(left[one["id"]] for one in made) == ["unused"] * (crowd - 1) + ["used"]


def test_what_came_to_nothing_is_deleted_in_the_end(app: Flask, admin: Caller, issue: Callable[..., str],
                                                    later: Callable[[timedelta], None]) -> None:
    kept, gone, _ = issue(), issue(), issue()
    for token, device_id in ((kept, "stays"), (gone, "goes")):
        assert admin.post("/api/enrollment/enroll", json=order(token, device_id)).status_code == 200
    assert admin.delete("/api/devices/goes").status_code == 200
    with app.app_context():
        later(timedelta(days=89))
        assert service.prune() == 0
        later(timedelta(days=92))
        assert service.prune() == 2
        assert [token.used_by for token in db.session.scalars(select(EnrollmentToken))] == ["stays"]
