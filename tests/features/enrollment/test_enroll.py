"""POST /api/enrollment/enroll: a package's token works once, for its own device."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.packages import tokens
from connectassist.features.packages.models import Package
from tests.cast import ACME, Caller

DEVICE_ID = "SUPP-654321-1720009999"
MakeToken = Callable[..., str]


@pytest.fixture
def make_token(app: Flask) -> MakeToken:
    """The token of a new package of client A."""
    def make(device_id: str = DEVICE_ID, *, lives: timedelta = timedelta(hours=1)) -> str:
        with app.test_request_context():
            package = Package(device_id=device_id, client_id=ACME, platform="linux-x86_64", payload_sha256="0" * 64,
                              server_url="http://localhost", expires_at=clock.now() + lives)
            db.session.add(package)
            db.session.commit()
            return tokens.token_of(package)
    return make


def order(token: object, /, **changes: object) -> dict:
    return {"token": token, "deviceId": DEVICE_ID, "hostname": "pc", "osVersion": "Linux 6", "platform": "linux",
            "arch": "x86_64", "username": "anna", "helperVersion": "1.0", **changes}


def test_a_token_makes_a_device(nobody: Caller, technician_a: Caller, technician_b: Caller,
                                make_token: MakeToken) -> None:
    body = nobody.post("/api/enrollment/enroll", json=order(make_token())).json
    assert (body["success"], body["deviceId"]) == (True, DEVICE_ID)
    assert len(body["deviceSecret"]) >= 40
    assert body["signingKey"]
    assert DEVICE_ID in technician_a.get("/api/devices").get_data(as_text=True)
    assert DEVICE_ID not in technician_b.get("/api/devices").get_data(as_text=True)
    proof = {"X-Device-Id": DEVICE_ID, "X-Device-Secret": body["deviceSecret"]}
    answer = nobody.post("/api/sessions/assign", json={"deviceId": DEVICE_ID}, headers=proof)
    assert answer.status_code == 200
    assert nobody.post("/api/sessions/assign", json={"deviceId": DEVICE_ID}).status_code == 401


def test_what_is_no_token(nobody: Caller, make_token: MakeToken) -> None:
    token = make_token()
    number, tag = token.split(".", 1)
    for wrong in ("x", "1.", ".", "0.0", f"{number}.{tag[:-1]}", f"{int(number) + 1}.{tag}", "9" * 150, "1" + token,
                  f"{number}.{'☃' * 20}", make_token("another-device")):
        answer = nobody.post("/api/enrollment/enroll", json=order(wrong))
        assert (answer.status_code, answer.json["error_code"]) == (400, "INVALID_ENROLLMENT_TOKEN"), wrong
    assert nobody.post("/api/enrollment/enroll", json=order(token)).status_code == 200, "none of them used it up"


def test_a_token_works_once(nobody: Caller, make_token: MakeToken) -> None:
    token = make_token()
    assert nobody.post("/api/enrollment/enroll", json=order(token)).status_code == 200
    assert nobody.post("/api/enrollment/enroll", json=order(token)).json["error_code"] == "INVALID_ENROLLMENT_TOKEN"


def test_a_token_expires(nobody: Caller, make_token: MakeToken) -> None:
    token = make_token(lives=-timedelta(seconds=1))
    assert nobody.post("/api/enrollment/enroll", json=order(token)).json["error_code"] == "INVALID_ENROLLMENT_TOKEN"


def test_a_token_is_its_devices_own(nobody: Caller, make_token: MakeToken, device: Caller) -> None:
    answer = nobody.post("/api/enrollment/enroll", json=order(make_token(), deviceId=device.device_id))
    assert answer.json["error_code"] == "INVALID_ENROLLMENT_TOKEN"
    assert device.get(f"/api/devices/pending/{device.device_id}").status_code == 200, "its secret still works"


def test_a_request_that_makes_no_sense(nobody: Caller, make_token: MakeToken) -> None:
    token = make_token()
    for changes in ({"token": None}, {"token": ""}, {"token": 5}, {"deviceId": None}, {"deviceId": "a\n"},
                    {"hostname": None}, {"hostname": "h" * 256}, {"osVersion": ["x"]}):
        answer = nobody.post("/api/enrollment/enroll", json=order(token, **changes))
        assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED"), changes
