"""Proofs that should not count: forged tokens, requests from other sites, sign-ins that ended, open redirects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.identity.models import Login
from tests.attacks.test_who_may_what import routes
from tests.attacks.world import World, good_body
from tests.cast import PASSWORD, Caller
from tests.contracts.shape import ERROR, fits

OTHER_KEY = "another key that is quite long enough for this algorithm"


def claims_of(app: Flask, caller: Caller, **changes: Any) -> dict[str, Any]:
    """What the caller's token says, with changes; None leaves a claim out."""
    told = jwt.decode(caller.token, options={"verify_signature": False})
    assert told["aud"] == "connectassist"
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def status_with(app: Flask, token: str) -> list[int]:
    """How the token is taken as a bearer and as a cookie."""
    client = app.test_client()
    client.set_cookie("remote.sid", token)
    return [app.test_client().get("/api/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code,
            client.get("/api/auth/me").status_code]


@pytest.mark.parametrize(("changes", "good"), [
    ({}, True), ({"aud": "somebody-else"}, False), ({"aud": None}, False), ({"aud": ["x"]}, False),
    ({"exp": 1}, False), ({"nbf": 4_000_000_000}, False), ({"login": "no-such-sign-in"}, False),
    ({"login": None}, False), ({"login": 5}, False), ({"login": {"$ne": ""}}, False), ({"sub": None}, False),
    ({"type": "refresh"}, False), ({"role": "admin", "id": 1, "sub": "1"}, True)])
def test_what_a_token_says(app: Flask, viewer_a: Caller, changes: dict[str, Any], good: bool) -> None:
    """Even signed with our own key, a token stands for its sign-in alone."""
    token = jwt.encode(claims_of(app, viewer_a, **changes), app.config["JWT_SECRET_KEY"], "HS256")
    assert status_with(app, token) == ([200, 200] if good else [401, 401])
    if good:
        me = app.test_client().get("/api/auth/me", headers={"Authorization": f"Bearer {token}"}).json
        assert (me["username"], me["role"]) == ("vera", "viewer"), "the claims are no source of rights"


def test_other_keys_and_algorithms(app: Flask, technician_a: Caller) -> None:
    claims = claims_of(app, technician_a)
    ours = app.config["JWT_SECRET_KEY"]
    forged = [jwt.encode(claims, OTHER_KEY, "HS256"), jwt.encode(claims, None, "none"),
              jwt.encode(claims, ours, "HS512"),
              jwt.encode(claims, app.config["SECRET_KEY"], "HS256"),
              technician_a.token[:-2], technician_a.token + "x",
              technician_a.token.rpartition(".")[0] + "."]
    for token in forged:
        assert status_with(app, token) == [401, 401], token


def test_a_sign_in_that_ran_out(app: Flask, technician_a: Caller) -> None:
    with app.app_context():
        db.session.execute(update(Login).where(Login.user_id == technician_a.user_id)
                           .values(expires_at=clock.now() - timedelta(seconds=1)))
        db.session.commit()
    answer = technician_a.get("/api/devices")
    assert answer.status_code == 401
    assert fits(answer.json, {**ERROR, "loginUrl": "/login", "message": str})


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A technician's browser: it has the cookie, and sends no header that a foreign site could not."""
    client = app.test_client()
    assert client.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD}).status_code == 200
    return client


def test_no_route_changes_anything_by_the_cookie_alone(app: Flask, world: World, browser: FlaskClient,
                                                       nobody: Caller) -> None:
    """Every mutation that a technician may make, as another site would send it with the technician's cookie: it is
    refused, or goes no further than it would for a stranger."""
    for route in routes(app):
        method, rule = route.split()
        if method == "GET":
            continue
        body = good_body(rule, world)
        for headers in ({}, {"X-XSRF-TOKEN": ""}, {"X-XSRF-TOKEN": "guess"}, {"Content-Type": "text/plain"}):
            answer = browser.open(world.path(rule), method=method, json=None if "Content-Type" in headers else body,
                                  data="{}" if "Content-Type" in headers else None, headers=headers)
            view = app.view_functions[next(r.endpoint for r in app.url_map.iter_rules()
                                           if r.rule == rule and method in (r.methods or ()))]
            if view.who_may != "anyone":
                assert answer.status_code in (401, 403), (route, headers)
            if view.who_may in ("technician", "staff", "signed-in"):
                told = answer.json.get("error_code") or answer.json["error"]["code"]
                assert told == "CSRF_FAILED", (route, headers)


def test_signing_out_by_a_foreign_form_is_refused(browser: FlaskClient) -> None:
    refused = browser.post("/api/auth/logout")
    assert (refused.status_code, refused.json["error_code"]) == (403, "CSRF_FAILED")
    assert browser.get_cookie("remote.sid") is not None, "and the cookie stays"
    assert browser.get("/api/auth/me").status_code == 200
    token = browser.get_cookie("XSRF-TOKEN")
    assert token is not None
    assert browser.post("/api/auth/logout", headers={"X-XSRF-TOKEN": token.value}).status_code == 200
    assert browser.get("/api/auth/me").status_code == 401
    assert browser.post("/api/auth/logout").json == {"success": True}, "who is out may go"


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost"},
    {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_nobody_is_signed_in_by_a_foreign_form(client: FlaskClient, headers: dict[str, str]) -> None:
    """A form of another site could sign a technician in as somebody else, and read what they then write."""
    answer = client.post("/api/auth/local/login", headers=headers, content_type="text/plain",
                         data='{"username": "tina", "password": "correct-horse"}')
    assert answer.status_code == 403
    assert client.get_cookie("remote.sid") is None


@pytest.mark.parametrize("headers", [
    {}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"}])
def test_our_own_page_and_other_programs_sign_in(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/auth/local/login", headers=headers, json={"username": "tina", "password": PASSWORD})
    assert answer.status_code == 200


def test_a_configured_origin_signs_in(make_app: Callable[..., Flask]) -> None:
    client = make_app(cors_origins="https://desk.example").test_client()
    answer = client.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD},
                         headers={"Origin": "https://desk.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://desk.example"


@pytest.mark.parametrize("target", [
    "//evil.example", "///evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example", "http:evil.example",
    "/%0d%0aX: y\r\nSet-Cookie: a=b", "//user@evil.example", "/login?next=/login", "%2f%2fevil.example",
    "evil.example"])
def test_next_leads_nowhere_else(browser: FlaskClient, client: FlaskClient, target: str) -> None:
    answer = browser.get("/login", query_string={"next": target})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/dashboard"
    page = client.application.test_client().get("/login", query_string={"next": target})
    assert 'data-next="/dashboard"' in page.text
    assert "evil.example" not in page.text


def test_next_leads_back(browser: FlaskClient, nobody: Caller) -> None:
    assert browser.get("/login", query_string={"next": "/cases?q=a"}).headers["Location"] == "/cases?q=a"
    assert nobody.get("/cases?q=a&b=//x").headers["Location"] == "/login?next=%2Fcases%3Fq%3Da%26b%3D%2F%2Fx"
