"""Contract 003: a customer announces a device, and the code that they get makes it theirs, once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from connectassist.core import audit, clock, ids
from connectassist.core.db import db
from connectassist.features.provisioning import service
from connectassist.features.provisioning.models import Provision
from connectassist.identity import principal
from tests.cast import ACME, BETA, DEVICE_ID, Caller, Member
from tests.contracts.shape import TIME, fits
from tests.live.server import Server

TILL = {"deviceId": "till-7", "name": "Till at the door", "location": "Shop, ground floor"}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass."""
    real = clock.now
    return lambda span: monkeypatch.setattr(clock, "now", lambda: real() + span)


@pytest.fixture
def announce(customer: Caller) -> Callable[..., str]:
    """Announce a device of client A; the activation code."""
    def announce(**changes: Any) -> str:
        answer = customer.post("/api/v1/customer/devices/provision", json=TILL | changes)
        assert answer.status_code == 200, answer.text
        return answer.json["device"]["activationCode"]
    return announce


def register(caller: Caller, code: object, device_id: object = "till-7", **more: Any) -> Any:
    return caller.post("/api/v1/device/register", json={"deviceId": device_id, "activationCode": code, **more})


def refusal(answer: Any) -> tuple[int, str]:
    assert fits(answer.json, {"error": {"code": str, "message": str, "details": dict}})
    return answer.status_code, answer.json["error"]["code"]


def test_a_device_is_announced(customer: Caller, app: Flask) -> None:
    answer = customer.post("/api/v1/customer/devices/provision", json=TILL)
    assert answer.status_code == 200
    assert fits(answer.json, {"device": {"id": "till-7", "activationCode": str, "expiresAt": TIME},
                              "instructions": str})
    code, expires = answer.json["device"]["activationCode"], answer.json["device"]["expiresAt"]
    assert re.fullmatch(r"([A-HJ-NP-Z2-9]{5}-){3}[A-HJ-NP-Z2-9]{5}", code), "four groups, no letter like a digit"
    assert len(ids.LETTERS) ** 20 >= 2**100
    left = datetime.fromisoformat(expires) - clock.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    assert code in answer.json["instructions"]
    assert "till-7" in answer.json["instructions"]
    with app.app_context():
        kept = str(db.session.execute(Provision.__table__.select()).mappings().one())
        assert ids.clean_activation_code(code) not in kept.replace("-", "").upper(), "only a hash of it is kept"
        entry = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "device.provision")).one()
        assert (entry.client_id, entry.device_id, entry.actor_name) == (ACME, "till-7", "Carl Customer")


def test_what_is_no_device_id(customer: Caller, nobody: Caller) -> None:
    for wrong in (None, 7, ["x"], "", " ", "a b", "a/b", "../x", "a\x00b", "a\nb", "x" * 121, "grün", "é" * 200, "-rf",
                  "\u202ex", "<b>x</b>"):
        for answer in (customer.post("/api/v1/customer/devices/provision", json={"deviceId": wrong}),
                       register(nobody, "AAAAA-AAAAA-AAAAA-AAAAA", wrong)):
            assert refusal(answer) == (400, "VALIDATION_FAILED"), wrong
            assert "deviceId" in answer.json["error"]["message"]
            assert answer.json["error"]["details"]["fields"]["deviceId"]


def test_other_things_that_make_no_sense(customer: Caller, nobody: Caller) -> None:
    for body in (TILL | {"name": 7}, TILL | {"location": ["x"]}, TILL | {"name": "x" * 501}, {}):
        answer = customer.post("/api/v1/customer/devices/provision", json=body)
        assert refusal(answer) == (400, "VALIDATION_FAILED"), body
    for code, more in ((None, {}), ("", {}), (7, {}), ("x" * 201, {}), ("A", {"metadata": "x"}),
                       ("A", {"metadata": {"model": 7}}), ("A", {"deviceName": {}})):
        assert refusal(register(nobody, code, **more)) == (400, "VALIDATION_FAILED"), (code, more)


def test_names_are_cleaned(announce: Callable[..., str], nobody: Caller, technician_a: Caller) -> None:
    code = announce(name="  Till\x1b[31m \n  one ", location="\u202eShop")
    assert register(nobody, code, metadata={"model": "M\x00X\n1" + "x" * 400}).status_code == 200
    row = technician_a.get("/api/devices/till-7").json
    assert (row["machine_name"], row["location"]) == ("Till [31m one", "Shop")
    assert row["model"].startswith("M X 1x")
    assert len(row["model"]) == 120


def test_an_id_that_is_taken(announce: Callable[..., str], customer: Caller, technician_a: Caller,
                             technician_b: Caller, device_b: Caller) -> None:
    announce()
    again = customer.post("/api/v1/customer/devices/provision", json=TILL)
    assert refusal(again) == (409, "DEVICE_EXISTS")
    for taken in (DEVICE_ID, device_b.device_id):
        answer = customer.post("/api/v1/customer/devices/provision", json={"deviceId": taken})
        assert refusal(answer) == (409, "DEVICE_EXISTS"), "whoever has it"
    theirs = technician_b.post("/api/devices/provision", json=TILL | {"clientId": BETA})
    assert theirs.status_code == 409


def test_one_that_ran_out_may_be_announced_again(announce: Callable[..., str], nobody: Caller, technician_b: Caller,
                                                 app: Flask) -> None:
    def run_out() -> None:
        with app.app_context():
            db.session.execute(update(Provision).values(expires_at=clock.now()))
            db.session.commit()

    first = announce()
    run_out()
    assert refusal(register(nobody, first)) == (401, "INVALID_ACTIVATION_CODE")
    second = announce()
    assert refusal(register(nobody, first)) == (401, "INVALID_ACTIVATION_CODE"), "the old one stays out of date"
    run_out()
    theirs = technician_b.post("/api/devices/provision", json={"clientId": BETA, "deviceId": "till-7"})
    assert refusal(register(nobody, second)) == (401, "INVALID_ACTIVATION_CODE")
    answer = register(nobody, theirs.json["device"]["activationCode"])
    assert answer.json["device"]["customerId"] == str(BETA), "it stood in nobody's way"


def test_ones_own_can_be_cancelled_and_made_anew(announce: Callable[..., str], customer: Caller, nobody: Caller,
                                                 admin: Caller, technician_b: Caller) -> None:
    first = announce()
    listed = customer.get("/api/v1/customer/devices/provisions").json
    assert fits(listed, {"total": 1, "provisions": [{
        "id": int, "deviceId": "till-7", "customerId": str(ACME), "name": TILL["name"], "location": TILL["location"],
        "createdAt": TIME, "expiresAt": TIME}]})
    assert first not in str(listed)
    number = listed["provisions"][0]["id"]
    assert technician_b.get("/api/devices/provisions").json["provisions"] == []
    assert technician_b.delete(f"/api/devices/provisions/{number}").status_code == 404
    assert admin.get("/api/devices/provisions").json["total"] == 1
    assert admin.get(f"/api/devices/provisions?clientId={ACME}").json["total"] == 1
    assert admin.get(f"/api/devices/provisions?clientId={BETA}").json == {"success": True, "provisions": [], "total": 0}
    assert technician_b.get(f"/api/devices/provisions?clientId={ACME}").json["total"] == 0
    assert customer.delete(f"/api/v1/customer/devices/provisions/{number}").json == {"success": True}
    gone = customer.delete(f"/api/v1/customer/devices/provisions/{number}")
    assert refusal(gone) == (404, "NOT_FOUND")
    assert refusal(register(nobody, first)) == (404, "DEVICE_NOT_PROVISIONED")
    assert register(nobody, announce()).status_code == 200
    assert customer.get("/api/v1/customer/devices/provisions").json == {"provisions": [], "total": 0}


def test_a_device_registers(announce: Callable[..., str], nobody: Caller, technician_a: Caller, technician_b: Caller,
                            app: Flask) -> None:
    typed = announce().lower().replace("-", "  ")
    answer = register(nobody, f" {typed} ", deviceName="SN-1",
                      metadata={"model": "Epson X1", "location": "Taiwan", "firmware": "passed over"})
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "deviceSecret": str, "device": {
        "id": "till-7", "status": "active", "customerId": str(ACME), "registeredAt": TIME}})
    assert len(answer.json["deviceSecret"]) >= 40
    row = technician_a.get("/api/devices/till-7").json
    assert (row["machine_name"], row["location"], row["model"], row["display_name"], row["client_id"]) == (
        TILL["name"], TILL["location"], "Epson X1", "SN-1", ACME), "the customer's words win over the device's"
    assert technician_b.get("/api/devices/till-7").status_code == 404
    with app.app_context():
        entry = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "device.activate")).one()
        assert (entry.client_id, entry.device_id) == (ACME, "till-7")
    proof = {"X-Device-Id": "till-7", "X-Device-Secret": answer.json["deviceSecret"]}
    pending = nobody.get("/api/devices/pending/till-7", headers=proof)
    assert pending.json["pending"] is False, "it is a device like any other"
    assert nobody.post("/api/sessions/assign", json={"deviceId": "till-7"}).status_code == 401, "its secret binds"


def test_what_the_device_says_counts_where_the_customer_said_nothing(
        announce: Callable[..., str], nobody: Caller, technician_a: Caller) -> None:
    code = announce(name=None, location="")
    register(nobody, code, deviceName="SN-1", metadata={"location": "Shop"})
    row = technician_a.get("/api/devices/till-7").json
    assert (row["machine_name"], row["location"], row["model"]) == ("SN-1", "Shop", None)
    listed = announce(deviceId="till-8", name=None)
    assert register(nobody, listed, "till-8", metadata=None).status_code == 200


def test_who_may_not_register(announce: Callable[..., str], nobody: Caller, device: Caller) -> None:
    code, other = announce(), announce(deviceId="till-8")
    assert refusal(register(nobody, code, "till-9")) == (404, "DEVICE_NOT_PROVISIONED")
    assert refusal(register(nobody, other)) == (401, "INVALID_ACTIVATION_CODE"), "a code is its device's own"
    assert refusal(register(nobody, code[:-1] + ("A" if code[-1] != "A" else "B"))) == (401, "INVALID_ACTIVATION_CODE")
    assert refusal(register(nobody, code, device.device_id)) == (409, "DEVICE_ALREADY_REGISTERED")
    assert device.get(f"/api/devices/pending/{device.device_id}").status_code == 200, "its secret still works"
    assert register(nobody, code).status_code == 200, "none of them used it up"
    assert refusal(register(nobody, code)) == (409, "DEVICE_ALREADY_REGISTERED")


def test_a_removed_device_may_be_announced_by_another(announce: Callable[..., str], nobody: Caller,
                                                      technician_a: Caller, technician_b: Caller) -> None:
    code = announce()
    secret = register(nobody, code).json["deviceSecret"]
    assert technician_a.delete("/api/devices/till-7").status_code == 200
    assert refusal(register(nobody, code)) == (404, "DEVICE_NOT_PROVISIONED"), "the code was used"
    auth = nobody.post("/api/v1/device/auth", json={"deviceId": "till-7", "deviceSecret": secret})
    assert refusal(auth) == (401, "INVALID_CREDENTIALS")
    made = technician_b.post("/api/devices/provision", json=TILL | {"clientId": BETA}).json
    assert made["success"] is True
    answer = register(nobody, made["device"]["activationCode"])
    assert answer.json["device"]["customerId"] == str(BETA)
    assert technician_a.get("/api/devices/till-7").status_code == 404


def test_staff_announce_for_clients_in_their_scope(technician_a: Caller, technician_b: Caller, viewer_a: Caller,
                                                   admin: Caller) -> None:
    order = TILL | {"clientId": ACME}
    assert technician_b.post("/api/devices/provision", json=order).status_code == 404
    assert viewer_a.post("/api/devices/provision", json=order).status_code == 403
    assert technician_a.post("/api/devices/provision", json=TILL).status_code == 400, "for whom?"
    assert technician_a.post("/api/devices/provision", json=order).status_code == 200
    assert admin.post("/api/devices/provision", json=order | {"clientId": 99, "deviceId": "x"}).status_code == 404


def test_wrong_codes_use_up_a_budget(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    nobody, customer = Caller(client, cast["nobody"]), Caller(client, cast["customer"])
    code = customer.post("/api/v1/customer/devices/provision", json=TILL).json["device"]["activationCode"]
    found = [register(nobody, "AAAAA-AAAAA-AAAAA-AAAAA") for _ in range(21)]
    assert [answer.status_code for answer in found] == [401] * 20 + [429]
    assert refusal(found[-1]) == (429, "RATE_LIMITED")
    wait = int(found[-1].headers["Retry-After"])
    assert 0 < wait <= 61
    assert found[-1].json["error"]["details"] == {"retryAfter": wait}
    assert register(nobody, code).status_code == 200, "a stranger at the same address keeps nobody out"


def test_twenty_machines_with_one_code(engine_server: Server) -> None:
    server, device_id = engine_server, f"race-{uuid.uuid4().hex[:8]}"
    made = server.http("customer").post("/api/v1/customer/devices/provision", json={"deviceId": device_id})
    body = {"deviceId": device_id, "activationCode": made.json()["device"]["activationCode"]}
    with ThreadPoolExecutor(20) as machines:
        found = list(machines.map(lambda _: server.http().post("/api/v1/device/register", json=body), range(20)))
    statuses = sorted(answer.status_code for answer in found)
    assert statuses == [200] + [409] * 19, [answer.text for answer in found]
    winner = next(answer.json() for answer in found if answer.status_code == 200)
    signed_in = server.http().post("/api/v1/device/auth", json={"deviceId": device_id,
                                                                "deviceSecret": winner["deviceSecret"]})
    assert signed_in.status_code == 200


def test_ten_customers_want_one_id(engine_server: Server) -> None:
    device_id = f"wanted-{uuid.uuid4().hex[:8]}"
    with ThreadPoolExecutor(10) as callers:
        found = list(callers.map(lambda _: engine_server.http("customer").post(
            "/api/v1/customer/devices/provision", json={"deviceId": device_id}).status_code, range(10)))
    assert sorted(found) == [200] + [409] * 9


def test_what_is_over_is_forgotten(in_app: None, later: Callable[[timedelta], None]) -> None:
    service.provision("till-7", name=None, location=None, by=principal.system(), client_id=ACME)
    later(timedelta(days=service.KEPT_DAYS))
    assert service.prune() == 0
    later(timedelta(days=service.KEPT_DAYS + 2))
    assert service.prune() == 1
    assert db.session.scalars(select(Provision)).all() == []
