"""Contract 003 on the server itself: its probes, what customers may know of it, and the envelope of every error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.contracts import rows_003 as rows
from tests.contracts.gateway import Caller, Gateway
from tests.contracts.shape import fits, is_after
from tests.live.server import free_port


def test_system_info(gateway: Gateway) -> None:
    told = gateway.customer.good(rows.SYSTEM_INFO)
    assert told["uptime"] >= 0 and told["services"]
    for stranger in (gateway.nobody, Caller(gateway.app, {"Authorization": "Bearer wrong"})):
        stranger.refused(401, rows.SYSTEM_INFO)
    gateway.device().refused(401, rows.SYSTEM_INFO)


def test_probes(gateway: Gateway, make_app: Callable[..., Flask]) -> None:
    assert is_after(gateway.nobody.good(rows.HEALTHZ)["timestamp"])
    assert gateway.nobody.good(rows.READYZ)["checks"]["redis"] is None, "where none is configured"
    assert set(gateway.nobody.good(rows.VERSION)) == {"version"}, "no more than that"
    alone = Caller(make_app(redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    alone.good(rows.HEALTHZ)
    answer = alone.call(rows.READYZ)
    assert answer.status_code == 503
    assert fits(answer.json, {"ready": False, "checks": {"database": True, "redis": False}, "errors": [str]})


@pytest.mark.parametrize(("method", "path", "body", "status"), [
    ("POST", "/api/v1/device/auth", b"{", 400), ("POST", "/api/v1/device/auth", b"", 400),
    ("GET", "/api/v1/device/auth", None, 405), ("GET", "/api/v1/nowhere", None, 404),
    ("POST", "/healthz", b"{}", 405), ("GET", "/healthz/more", None, 404), ("DELETE", "/version", None, 405),
    ("POST", "/api/v1/device/auth", b"x" * 1_500_000, 413)])
def test_every_error_wears_the_envelope(app: Flask, method: str, path: str, body: bytes | None, status: int) -> None:
    answer = app.test_client().open(path, method=method, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status and set(answer.json) == {"error"} and fits(answer.json, rows.ERROR)
