"""The rows that 002's first generation of pages calls: validate a code, get its client by a link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Caller


def test_a_good_code_is_valid(nobody: Caller, code: str) -> None:
    for written in (code, f"{code[:3]}-{code[3:]}"):
        assert nobody.get(f"/api/support-code/{written}/validate").json == {"valid": True, "code": code}


@pytest.mark.parametrize("typed", ["000000", "123", "abc", "%00", "' OR 1=1"])
def test_any_other_is_not(nobody: Caller, technician_a: Caller, code: str, typed: str) -> None:
    technician_a.delete(f"/api/support-codes/{code}")
    for asked in (typed, code):
        answer = nobody.get(f"/api/support-code/{asked}/validate")
        assert answer.status_code == 400
        assert (answer.json["valid"], answer.json["error_code"]) == (False, "INVALID_SUPPORT_CODE")
        assert nobody.get(f"/api/client/generate/{asked}").json["error_code"] == "INVALID_SUPPORT_CODE"


def test_a_link_gets_the_package(nobody: Caller, code: str) -> None:
    found = nobody.get(f"/api/client/generate/{code}").json
    assert found["device_id"].startswith(f"SUPP-{code}-")
    assert found["configuration"] == {
        "server": "http://localhost", "device_id": found["device_id"], "support_code": code}
    assert nobody.get(found["download_url"]).status_code == 200
    assert found["instructions"]


@pytest.mark.parametrize(("info", "name"), [
    ({"name": "John Smith"}, "John Smith"), ({"customer_name": " Zoë\x1b "}, "Zoë"), ("Jane", "Jane"),
    (None, "Customer"), ({"name": ["x"]}, "Customer"), ({}, "Customer"), (7, "Customer"), ("x" * 500, "x" * 120)])
def test_a_code_is_generated_for_whom_the_page_says(technician_a: Caller, info: object, name: str) -> None:
    body = {"technician_id": "TECH-001", "customer_info": info}
    made = technician_a.post("/api/support-code/generate", json=body).json
    row = technician_a.get("/api/support-codes").json["support_codes"][0]
    assert (row["code"], row["customer_name"]) == (made["support_code"], name)
    assert made["expires_at"] == row["expires_at"] and made["instructions"]


def test_only_technicians_generate(nobody: Caller, viewer_a: Caller) -> None:
    assert nobody.post("/api/support-code/generate").status_code == 401
    assert viewer_a.post("/api/support-code/generate").status_code == 403


def test_validating_is_guessing(make_app: Callable[..., Flask], payloads: Path, cast: dict) -> None:
    app = make_app(payloads=payloads, rate_limits="on")
    nobody = Caller(app.test_client(), cast["nobody"])
    answers = [nobody.get("/api/support-code/000000/validate").status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
    assert nobody.post("/api/customer/installer", json={"support_code": "000000"}).status_code == 429
