"""Contract 003's envelope: whatever goes wrong under /api/v1, at the probes and at the WebSockets' addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.cast import Caller, Member

#: method, path, what is sent, status, code
REFUSALS: tuple[tuple[str, str, dict[str, Any], int, str], ...] = (
    ("GET", "/api/v1/nowhere", {}, 404, "NOT_FOUND"),
    ("GET", "/api/v1", {}, 404, "NOT_FOUND"),
    ("POST", "/api/v1/device/nowhere", {"data": "{"}, 404, "NOT_FOUND"),
    ("GET", "/api/v1/%00", {}, 404, "NOT_FOUND"),
    ("GET", "/healthz/x", {}, 404, "NOT_FOUND"),
    ("GET", "/readyz/x", {}, 404, "NOT_FOUND"),
    ("GET", "/version/x", {}, 404, "NOT_FOUND"),
    ("GET", "/ws/device/nowhere", {}, 404, "NOT_FOUND"),
    ("DELETE", "/api/v1/device/auth", {}, 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/api/v1/device/heartbeat", {}, 405, "METHOD_NOT_ALLOWED"),
    ("POST", "/healthz", {}, 405, "METHOD_NOT_ALLOWED"),
    ("POST", "/api/v1/device/auth", {"data": "{"}, 400, "VALIDATION_FAILED"),
    ("POST", "/api/v1/device/auth", {"data": "[]"}, 400, "VALIDATION_FAILED"),
    ("POST", "/api/v1/device/auth", {"data": b"\xff\xfe"}, 400, "VALIDATION_FAILED"),
    ("POST", "/api/v1/device/auth", {"json": {"deviceId": 7}}, 400, "VALIDATION_FAILED"),
    ("POST", "/api/v1/device/auth", {"data": b" " * (1024 * 1024 + 1)}, 413, "TOO_LARGE"),
    ("POST", "/api/v1/device/heartbeat", {"json": {"status": "online"}}, 401, "UNAUTHORIZED"),
    ("POST", "/api/v1/device/heartbeat", {"headers": {"X-Device-Token": "é" * 64}}, 401, "UNAUTHORIZED"),
    ("POST", "/api/v1/device/heartbeat", {"headers": {"Authorization": "Bearer x.y.z"}}, 401, "UNAUTHORIZED"),
    ("GET", "/api/v1/customer/devices", {}, 401, "UNAUTHORIZED"),
)


def test_every_refusal_has_one_shape(nobody: Caller) -> None:
    for method, path, options, status, code in REFUSALS:
        answer = nobody.open(method, path, **options)
        assert (answer.status_code, answer.mimetype) == (status, "application/json"), (method, path, answer.text)
        assert set(answer.json) == {"error"}, path
        error = answer.json["error"]
        assert set(error) == {"code", "message", "details"}, path
        assert (error["code"], type(error["details"])) == (code, dict), path
        assert len(error["message"]) > 8, "a sentence"
        assert answer.headers["Cache-Control"] == "no-store"
        assert ("Allow" in answer.headers) == (status == 405), path
        assert ("WWW-Authenticate" in answer.headers) == (status == 401), path


def test_wrong_fields_are_named(nobody: Caller, customer: Caller) -> None:
    said = nobody.post("/api/v1/device/auth", json={"deviceId": 7}).json["error"]
    assert said["details"] == {"fields": {"deviceId": ["Not a valid string."],
                                          "deviceSecret": ["Missing data for required field."]}}
    assert "deviceId: Not a valid string." in said["message"]
    asked = customer.get("/api/v1/customer/devices/provisions?limit=0&offset=x")
    assert asked.status_code == 400
    assert set(asked.json["error"]["details"]["fields"]) == {"limit", "offset"}


def test_who_asks_too_often_is_told_how_long_to_wait(make_app: Callable[..., Flask],
                                                     cast: dict[str, Member]) -> None:
    app = make_app(rate_limits="on")
    for _ in range(100):
        app.extensions["limiter"].spend("100/minute", "api", "127.0.0.1")
    answer = Caller(app.test_client(use_cookies=False), cast["nobody"]).get("/api/v1/customer/devices")
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "RATE_LIMITED")
    assert 0 < answer.json["error"]["details"]["retryAfter"] == int(answer.headers["Retry-After"]) <= 61


def test_the_websockets_addresses_refuse_alike(nobody: Caller) -> None:
    for path in ("/ws/device", "/ws/customer", "/api/v1/device/ws", "/api/v1/customer/ws"):
        answer = nobody.get(path)
        assert answer.status_code in (401, 426), path
        assert set(answer.json["error"]) == {"code", "message", "details"}, path
