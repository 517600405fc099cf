"""POST /api/customer/installer: a code in, a package out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from connectassist.core.db import db
from connectassist.features.packages import tokens
from connectassist.features.packages.models import Package
from connectassist.features.support_codes.models import SupportCode
from tests.cast import Caller
from tests.features.packages.payload import write_payload

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel) Mobile"
REFUSAL = {"success": False, "error": "Invalid or expired support code", "error_code": "INVALID_SUPPORT_CODE"}


@pytest.fixture
def order(nobody: Caller) -> Callable[..., TestResponse]:
    """Order a package as a customer's page does."""
    def send(code: Any, *, agent: str = "", address: str = "127.0.0.1", **more: Any) -> TestResponse:
        return nobody.post("/api/customer/installer", json={"support_code": code, **more},
                           headers={"User-Agent": agent}, environ_overrides={"REMOTE_ADDR": address})
    return send


Order = Callable[..., TestResponse]


def set_code(app: Flask, digits: str, **values: Any) -> None:
    with app.app_context():
        db.session.execute(update(SupportCode).where(SupportCode.code == digits).values(**values))
        db.session.commit()


def redeem(app: Flask, device_id: str) -> None:
    with app.test_request_context():
        package = db.session.query(Package).filter_by(device_id=device_id).one()
        tokens.redeem(tokens.token_of(package), device_id=device_id)
        db.session.commit()


def device_id_of(answer: TestResponse) -> str:
    return answer.json["customer_info"]["device_id"]


def is_refused(answer: TestResponse) -> bool:
    return answer.status_code == 400 and REFUSAL.items() <= answer.json.items()


# -- a right code -----------------------------------------------------------------------------------------------


def test_the_answer_has_every_field(make_code: Callable[..., dict], order: Order) -> None:
    made = make_code(customer_email="j@example.com", customer_phone="1", notes="Printer")
    answer = order(made["support_code"]).json
    device_id = answer["customer_info"]["device_id"]
    assert answer["success"] is True
    assert device_id.startswith(f"SUPP-{made['support_code']}-")
    assert answer["download_url"] == f"/downloads/ConnectAssist-{device_id}.zip" == f"/downloads/{answer['file_name']}"
    assert answer["expires_at"] == made["expires_at"]
    assert answer["customer_info"] == {"customer_name": "John Smith", "device_id": device_id}
    assert answer["customer_data"] == {"customer_name": "John Smith", "customer_email": "j@example.com",
                                       "customer_phone": "1", "session_notes": "Printer"}
    assert (answer["technician_name"], answer["support_code"]) == ("Tina Acme", made["support_code"])
    assert answer["platform"] == "linux"
    assert {each["key"]: each["available"] for each in answer["platforms"]} == {
        "windows": False, "macos": False, "linux": True, "linux-python": False}
    assert answer["size"] > 700_000
    assert "connectassist-helper" in answer["instructions"]


def test_the_package_made_with_the_code_is_the_one_that_is_given(make_code: Callable[..., dict], order: Order) -> None:
    made = make_code()
    assert order(made["support_code"]).json["download_url"] == made["client_package"]["download_url"]


def test_codes_are_forgiven_spaces_dashes_and_being_numbers(make_code: Callable[..., dict], order: Order,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectassist.core.ids.support_code", lambda: "012345")
    make_code()
    for written in ("012345", " 012 345 ", "012-345", "012–345", 12345):
        assert order(written).status_code == 200, written


def test_ordering_again_gives_the_same_package_until_it_is_started(app: Flask, code: str, order: Order) -> None:
    first, again = order(code), order(code)
    assert device_id_of(first) == device_id_of(again)
    redeem(app, device_id_of(first))
    assert device_id_of(order(code)) != device_id_of(first)


def test_packages_made_within_a_second_have_ids_of_their_own(app: Flask, code: str, order: Order) -> None:
    seen = set()
    for _ in range(5):
        seen.add(device_id_of(order(code)))
        redeem(app, max(seen))
    assert len(seen) == 5


def test_a_new_payload_makes_a_new_package(code: str, order: Order, payloads: Path) -> None:
    first = device_id_of(order(code))
    write_payload(payloads, version="0.2.0")
    assert device_id_of(order(code)) != first


# -- platforms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("agent", "platform"), [(WINDOWS, "windows"), (MAC, "macos"), (LINUX, "linux")])
def test_the_platform_is_the_browsers(payloads: Path, code: str, order: Order, agent: str, platform: str) -> None:
    for build in ("windows-x86_64", "macos-arm64"):
        write_payload(payloads, platform=build, size=1000)
    assert order(code, agent=agent).json["platform"] == platform


@pytest.mark.parametrize("agent", ["", "curl/8", ANDROID, "Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X)"])
def test_without_a_computer_to_go_by_it_is_one_that_there_is(code: str, order: Order, agent: str) -> None:
    assert order(code, agent=agent).json["platform"] == "linux"


@pytest.mark.parametrize(("wanted", "key"), [
    ("linux", "linux"), ("linux-x86_64", "linux"), ("", "linux"), (None, "linux"), ("linux-python", "linux-python")])
def test_the_asked_platform_comes_first(payloads: Path, code: str, order: Order, wanted: str, key: str) -> None:
    write_payload(payloads, platform="linux-python", size=1000)
    assert order(code, platform=wanted, agent=LINUX).json["platform"] == key


def test_an_unknown_platform_is_refused(code: str, order: Order) -> None:
    answer = order(code, platform="../../etc")
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


def test_a_missing_payload_is_said_with_what_there_is(code: str, order: Order) -> None:
    answer = order(code, platform="windows")
    assert (answer.status_code, answer.json["error_code"]) == (503, "PAYLOAD_MISSING")
    assert [each["key"] for each in answer.json["platforms"] if each["available"]] == ["linux"]


def test_a_broken_payload_counts_as_missing(code: str, order: Order, payloads: Path) -> None:
    archive = payloads / "linux-x86_64.zip"
    archive.write_bytes(archive.read_bytes()[:-50])
    assert order(code, platform="linux").json["error_code"] == "PAYLOAD_MISSING"


# -- wrong codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [
    "", "12345", "1234567", "abcdef", None, [], {}, True, 1.5, -1, "１２３４５６", "0" * 100_000, "' OR 1=1 --",
    "123456\0"])
def test_what_is_no_code_is_refused(order: Order, given: Any) -> None:
    assert is_refused(order(given))


def test_a_missing_code_is_refused(nobody: Caller) -> None:
    assert is_refused(nobody.post("/api/customer/installer", json={}))
    assert is_refused(nobody.post("/api/customer/installer"))


@pytest.mark.parametrize("body", ["[]", "nonsense", '"123456"', "{"])
def test_a_body_that_is_no_object_is_refused(nobody: Caller, body: str) -> None:
    answer = nobody.post("/api/customer/installer", data=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


@pytest.mark.parametrize("end", ["wrong", "expired", "used up", "deactivated"])
def test_every_dead_code_is_answered_alike(app: Flask, code: str, order: Order, technician_a: Caller, end: str) -> None:
    typed = f"{(int(code) + 1) % 1_000_000:06d}" if end == "wrong" else code
    if end == "expired":
        set_code(app, code, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    elif end == "used up":
        set_code(app, code, uses=21)
    elif end == "deactivated":
        technician_a.delete(f"/api/support-codes/{code}")
    answer = order(typed)
    assert is_refused(answer)
    assert set(answer.json) == {"success", "error", "detail", "error_code", "timestamp"}


def test_a_code_makes_at_most_twenty_packages(app: Flask, code: str, order: Order) -> None:
    redeem(app, device_id_of(order(code)))
    for _ in range(20):
        redeem(app, device_id_of(order(code)))
    assert is_refused(order(code))


# -- limits -----------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(make_app: Callable[..., Flask], payloads: Path, cast: dict) -> Callable[[str], Caller]:
    """The cast with rate limits on."""
    app = make_app(payloads=payloads, rate_limits="on")
    return lambda name: Caller(app.test_client(use_cookies=False), cast[name])


def attempt(who: Caller, code: str, address: str) -> int:
    return who.post("/api/customer/installer", json={"support_code": code},
                    environ_overrides={"REMOTE_ADDR": address}).status_code


def test_ten_orders_a_minute_for_each_address(strict: Callable[[str], Caller]) -> None:
    code = strict("technician_a").post("/api/support-codes", json={"customer_name": "x"}).json["support_code"]
    answers = [attempt(strict("nobody"), code, "192.0.2.1") for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert attempt(strict("nobody"), code, "192.0.2.2") == 200


def test_five_wrong_codes_shut_the_network_out_even_from_the_right_one(strict: Callable[[str], Caller]) -> None:
    code = strict("technician_a").post("/api/support-codes", json={"customer_name": "x"}).json["support_code"]
    wrong = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, 6)]
    assert [attempt(strict("nobody"), each, f"192.0.2.{i}") for i, each in enumerate(wrong)] == [400] * 5
    answer = strict("nobody").post("/api/customer/installer", json={"support_code": code},
                                   environ_overrides={"REMOTE_ADDR": "192.0.2.99"})
    assert (answer.status_code, answer.json["error_code"]) == (429, "RATE_LIMITED")
    assert int(answer.headers["Retry-After"]) > 0
    assert attempt(strict("nobody"), code, "198.51.100.1") == 200


def test_many_networks_together_have_a_budget_too(strict: Callable[[str], Caller]) -> None:
    answers = [attempt(strict("nobody"), "000000", f"10.0.{i}.1") for i in range(31)]
    assert answers == [400] * 30 + [429]


def test_malformed_codes_cost_nothing(strict: Callable[[str], Caller]) -> None:
    code = strict("technician_a").post("/api/support-codes", json={"customer_name": "x"}).json["support_code"]
    assert [attempt(strict("nobody"), "123", "192.0.2.1") for _ in range(6)] == [400] * 6
    assert attempt(strict("nobody"), code, "192.0.2.1") == 200


# -- who --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nobody", "customer", "viewer_a", "technician_b", "device", "admin"])
def test_whoever_has_the_code_gets_its_package(as_member: Callable[[str], Caller], code: str, who: str) -> None:
    assert as_member(who).post("/api/customer/installer", json={"support_code": code}).status_code == 200


@pytest.mark.parametrize("host", ["[::1", "a b", "localhost:99999", "x" * 400])
def test_a_host_that_no_helper_can_reach_is_refused(nobody: Caller, code: str, host: str) -> None:
    answer = nobody.post("/api/customer/installer", json={"support_code": code}, headers={"Host": host})
    assert answer.status_code == 400
