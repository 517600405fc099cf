"""How a caller is told "no": in the dialect of the path, whatever went wrong, and never with a stack trace."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from connectassist.http.guard import ANYONE, who_may
from tests.cast import Caller

DESK = {"success", "error", "detail", "error_code", "timestamp"}


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/api/nowhere", 404), ("GET", "/api/", 404), ("GET", "/api", 404), ("PUT", "/api/devices", 405),
    ("GET", "/api/devices", 401), ("GET", "/api/sessions/AAA-000-AAA", 404)])
def test_the_desk(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert set(answer.json) >= DESK
    assert answer.json["success"] is False
    assert answer.json["timestamp"].endswith("Z")
    assert b": " not in answer.data.split(b'"error"')[0], "compact JSON"


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/healthz/x", "/readyz/x"])
def test_the_gateway(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "details"}


def test_pocket_it(client: FlaskClient) -> None:
    answer = client.get("/pocket-it/nowhere")
    assert (answer.status_code, answer.json) == (404, {"error": "Not found"})


def test_pages(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    away = client.get("/dashboard?tab=1")
    assert (away.status_code, away.location) == (302, "/login?next=%2Fdashboard%3Ftab%3D1")


def test_a_fault_of_ours_says_nothing_of_its_insides(app: Flask) -> None:
    def broken() -> None:
        raise ZeroDivisionError("the database password is 123")
    for path in ("/api/broken", "/api/v1/broken", "/pocket-it/broken", "/broken"):
        app.add_url_rule(path, path.replace("/", "_"), who_may(ANYONE)(broken))
    app.testing = False
    for path in ("/api/broken", "/api/v1/broken", "/pocket-it/broken", "/broken"):
        answer = app.test_client().get(path)
        assert answer.status_code == 500
        assert b"123" not in answer.data
        assert b"Traceback" not in answer.data


def test_a_401_says_where_to_sign_in(nobody: Caller) -> None:
    answer = nobody.get("/api/devices")
    assert (answer.json["error"], answer.json["loginUrl"]) == ("Unauthorized", "/login")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_001s_dashboard_may_put_remote_before_everything(technician_a: Caller) -> None:
    assert technician_a.get("/remote/api/devices").status_code == 200
    assert technician_a.get("/remote/api/nowhere").json["success"] is False


def test_every_answer_carries_its_headers(client: FlaskClient) -> None:
    for path in ("/login", "/api/devices", "/nowhere"):
        headers = client.get(path).headers
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "Access-Control-Allow-Origin" not in headers
    assert client.get("/api/devices").headers["Cache-Control"] == "no-store"


def test_other_origins_only_where_configured(make_app) -> None:
    client = make_app(cors_origins="https://desk.example").test_client()
    allowed = client.get("/api/devices", headers={"Origin": "https://desk.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://desk.example"
    refused = client.get("/api/devices", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in refused.headers
    for answer in (allowed, refused, client.get("/api/devices")):
        assert "Origin" in answer.headers["Vary"], "a cache keeps them apart"


@pytest.mark.parametrize(("hops", "seen"), [(0, "127.0.0.1"), (1, "198.51.100.7")])
def test_forwarded_addresses_count_only_behind_a_proxy(make_app, device: Caller, hops: int, seen: str) -> None:
    client = make_app(proxy_hops=hops).test_client()
    answer = client.post("/api/devices/register", json={"deviceId": "pc"}, headers={
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert answer.json["device"]["last_ip"] == seen


def test_a_rate_limit_speaks_the_dialect(make_app) -> None:
    client = make_app(rate_limits="on").test_client()
    answers = [client.post("/api/auth/local/register", json={}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert set(answers[-1].json) >= DESK
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
