"""POST /api/track-download: always thanked, recorded once for each package and address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from tests.cast import Caller

THANKS = {"success": True, "tracked": True}


def tracked(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "download.track")))


def test_a_download_is_recorded_once_for_each_address(app: Flask, nobody: Caller, code: str) -> None:
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        answer = nobody.post("/api/track-download", environ_overrides={"REMOTE_ADDR": address}, json={
            "support_code": code, "download_url": "/downloads/x.zip", "user_agent": "Mozilla/5.0",
            "ip_address": "203.0.113.9", "timestamp": "2026-01-01T00:00:00Z"})
        assert answer.json == THANKS
    assert [entry.address for entry in tracked(app)] == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("body", [
    {}, {"support_code": None}, {"support_code": "000000"}, {"support_code": ["x"]}, {"support_code": "<script>"},
    {"ip_address": {"$gt": 1}, "download_url": 7}])
def test_everything_else_is_thanked_for_and_forgotten(app: Flask, nobody: Caller, code: str,
                                                          body: dict[str, Any]) -> None:
    assert nobody.post("/api/track-download", json=body).json == THANKS
    assert tracked(app) == []


def test_no_body_at_all_is_fine(nobody: Caller) -> None:
    assert nobody.post("/api/track-download").json == THANKS


def test_wrong_codes_cost_and_nothing_shows_it(make_app: Callable[..., Flask], payloads: Path, cast: dict) -> None:
    app = make_app(payloads=payloads, rate_limits="on")
    nobody = Caller(app.test_client(), cast["nobody"])
    technician = Caller(app.test_client(), cast["technician_a"])
    code = technician.post("/api/support-codes", json={"customer_name": "x"}).json["support_code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for typed in [wrong] * 6 + [code]:
        assert nobody.post("/api/track-download", json={"support_code": typed}).json == THANKS
    assert tracked(app) == []
    assert nobody.post("/api/customer/installer", json={"support_code": code}).status_code == 429
