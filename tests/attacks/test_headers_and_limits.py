"""What every answer carries, whoever asks for whatever, and how often one may ask: contract 002's numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from limits import storage

from connectassist.http import limits
from tests.attacks.test_who_may_what import routes
from tests.attacks.world import World
from tests.cast import Caller
from tests.contracts.shape import ERROR, fits

HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
NEVER = ("unsafe-eval", "unsafe-hashes", "http:", "https:", "*")


def test_every_answer_carries_its_headers(app: Flask, world: World, nobody: Caller, technician_a: Caller) -> None:
    for route in (*routes(app), "GET /nothing", "GET /api/nothing", "GET /static/css/app.css", "PUT /api/status"):
        method, rule = route.split()
        for caller in (nobody, technician_a):
            answer = caller.open(method, world.path(rule), headers={"Origin": "https://evil.example"})
            assert HEADERS.items() <= dict(answer.headers).items(), route
            policy = answer.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            assert "default-src 'self'" in policy or "default-src 'none'" in policy
            assert not [word for word in NEVER if f" {word}" in policy], (route, policy)
            assert ("'unsafe-inline'" in policy) == (rule in ("/docs", "/redoc")), route
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control")], route
            assert "X-Powered-By" not in answer.headers


def test_nothing_private_is_kept_by_browsers(app: Flask, world: World, technician_a: Caller) -> None:
    for route in routes(app):
        method, rule = route.split()
        if method == "GET" and rule not in ("/openapi.json", "/downloads/<name>"):
            answer = technician_a.get(world.path(rule))
            assert answer.headers["Cache-Control"] == "no-store", route


@pytest.mark.parametrize("origin", [
    "https://evil.example", "null", "https://desk.example.evil.example", "https://evil-desk.example",
    "http://desk.example", "https://desk.example:8443", "https://DESK.example/", "https://desk.example ", ""])
def test_only_the_very_origin_may_call(make_app: Callable[..., Flask], origin: str) -> None:
    client = make_app(cors_origins="https://desk.example,https://other.example").test_client()
    answer = client.options("/api/devices", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    good = client.options("/api/devices", headers={"Origin": "https://desk.example",
                                                   "Access-Control-Request-Method": "GET"})
    assert good.status_code == 200, "a preflight has no proof to show"
    assert good.headers["Access-Control-Allow-Origin"] == "https://desk.example"
    assert good.headers["Vary"] == "Origin"


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: stolen=1", "x\"; filename=\"evil.exe", "\u202egnp.exe", "a\x00.txt",
                                  "naïve 李 🙂.txt", "../../etc/passwd", "a" * 300, "<script>.html", ";.txt", "%0d%0a"])
def test_names_of_files_forge_no_headers(app: Flask, world: World, device: Caller, technician_a: Caller,
                                         name: str) -> None:
    boundary = "----here"
    quoted = name.replace("\"", "%22").replace("\r", "").replace("\n", "")
    body = "".join(f"--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
                   for field, value in (("sessionId", world.session_id), ("direction", "user-to-technician")))
    body += (f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{quoted}\"\r\n"
             f"Content-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n--{boundary}--\r\n")
    sent = device.post("/api/files/upload", data=body.encode(),
                       content_type=f"multipart/form-data; boundary={boundary}")
    assert sent.status_code == 200, sent.text
    answer = technician_a.get(sent.json["downloadUrl"])
    told = answer.headers["Content-Disposition"]
    assert told.startswith("attachment;")
    assert told.isascii()
    assert told.isprintable()
    assert told.count('"') <= 2
    assert "/" not in told.replace("%2F", "") or "filename*" in told
    assert answer.mimetype == "application/octet-stream", "never shown as a page"
    assert answer.headers.getlist("Set-Cookie") == []


@pytest.fixture
def limited(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An app with its limits on."""
    yield make_app(rate_limits="on")


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/api/customer/installer"), ("POST", "/api/track-download"), ("POST", "/api/auth/local/register")])
def test_customers_may_ask_ten_times_a_minute(limited: Flask, method: str, path: str) -> None:
    client = limited.test_client()
    answers = [client.open(path, method=method, json={}) for _ in range(11)]
    assert 429 not in [answer.status_code for answer in answers[:10]]
    refused = answers[10]
    assert refused.status_code == 429
    assert fits(refused.json, {**ERROR, "error_code": "RATE_LIMITED"})
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    elsewhere = client.open(path, method=method, json={}, environ_overrides={"REMOTE_ADDR": "10.9.8.7"})
    assert elsewhere.status_code != 429, "counted for each address"
    forwarded = client.open(path, method=method, json={}, headers={"X-Forwarded-For": "10.1.1.1"})
    assert forwarded.status_code == 429, "an address that is only claimed is none"


def test_staff_may_ask_a_hundred_times_a_minute(limited: Flask, cast: dict) -> None:
    tina, vera = (Caller(limited.test_client(use_cookies=False), cast[name]) for name in ("technician_a", "viewer_a"))
    statuses = [tina.get("/api/stats").status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    refused = tina.post("/api/support-codes", json={"customer_name": "J"})
    assert fits(refused.json, {**ERROR, "error_code": "RATE_LIMITED"})
    assert int(refused.headers["Retry-After"]) >= 1
    assert vera.get("/api/stats").status_code == 200, "counted for each sign-in"


def test_a_limit_ends(limited: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = limited.test_client()
    for _ in range(11):
        answer = client.post("/api/track-download", json={})
    wait = int(answer.headers["Retry-After"])
    real = storage.memory.time.time
    monkeypatch.setattr(storage.memory.time, "time", lambda: real() + timedelta(seconds=wait).total_seconds())
    assert client.post("/api/track-download", json={}).status_code == 200
    assert limits.CUSTOMER == "10/minute"
    assert limits.STAFF_SESSION == "100/minute"
