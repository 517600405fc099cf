"""Whose account a good Supabase token opens, and how such a sign-in ends."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.identity import tokens
from connectassist.identity.models import LinkedIdentity, Login, User
from tests.cast import BETA, DEVICE_ID, Caller, Member
from tests.http.joined import CARL, DEVICES, ISSUER, asked, link
from tests.live.key_server import SECRET, KeyServer, with_secret

ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def by_secret(make_app: Callable[..., Flask]) -> Flask:
    """An app that knows the project by the shared secret; Carl is joined with it."""
    app = make_app(supabase_jwt_secret=SECRET, supabase_issuer=ISSUER)
    link(app, "carl")
    return app


def test_somebody_whom_nobody_joined_with_an_account(by_secret: Flask) -> None:
    status, body = asked(by_secret, with_secret("somebody else"))
    assert (status, body["error"]["code"]) == (403, "NO_ACCOUNT")


def test_tokens_that_let_nobody_in_count_as_a_stranger_s_calls(make_app: Callable[..., Flask]) -> None:
    app = make_app(supabase_jwt_secret=SECRET, supabase_issuer=ISSUER, rate_limits="on")
    for _ in range(98):
        app.extensions["limiter"].spend("100/minute", "api", "127.0.0.1")
    tokens_of_nobody = (with_secret("x"), with_secret(CARL, aud="other"), with_secret("x"))
    assert [asked(app, token)[0] for token in tokens_of_nobody] == [403, 401, 429]


def test_an_address_alone_finds_no_account(by_secret: Flask) -> None:
    told = {"email": "carl@example.com", "user_metadata": {"email": "carl@example.com", "email_verified": True}}
    assert asked(by_secret, with_secret("somebody else", **told))[0] == 403


@pytest.fixture
def by_email(make_app: Callable[..., Flask]) -> Flask:
    return make_app(supabase_jwt_secret=SECRET, supabase_link_by_email="on")


def test_an_address_finds_the_account_once_where_the_operator_says_so(by_email: Flask) -> None:
    assert asked(by_email, with_secret(CARL, email="Carl@Example.com"))[0] == 200
    assert asked(by_email, with_secret(CARL, email="another@example.com"))[0] == 200, "joined from now on"
    assert asked(by_email, with_secret("later", email="carl@example.com"))[0] == 403, "the account is taken"


OTHERS: tuple[Any, ...] = ("tina@example.com", "admin@example.com", "nobody@example.com", "", None,
                           "\u212aarl@example.com", ["carl@example.com"], "%@example.com", "c" * 400)


def test_an_address_finds_customers_only(by_email: Flask) -> None:
    for email in OTHERS:
        token = with_secret("x", email=email, user_metadata={"email": "carl@example.com"})
        assert asked(by_email, token)[0] == 403, email


def test_staff_are_never_reached(by_secret: Flask) -> None:
    for username in ("tina", "vera", "admin"):
        link(by_secret, username, f"id-of-{username}")
        assert asked(by_secret, with_secret(f"id-of-{username}"))[0] == 403


def test_a_customer_who_becomes_staff_or_loses_the_client_is_out(by_secret: Flask) -> None:
    token = with_secret(CARL)
    for change in ({"role": "technician"}, {"client_id": None}):
        assert asked(by_secret, token)[0] == 200
        with by_secret.app_context():
            db.session.query(User).filter_by(username="carl").update(change)
            db.session.commit()
        assert asked(by_secret, token)[0] == 403
        assert asked(by_secret, with_secret(CARL, email="fresh"))[0] == 403
        with by_secret.app_context():
            db.session.query(User).filter_by(username="carl").update({"role": "customer", "client_id": 2})
            db.session.commit()


def test_another_client_shows_its_own(by_secret: Flask) -> None:
    with by_secret.app_context():
        db.session.query(User).filter_by(username="carl").update({"client_id": BETA})
        db.session.commit()
    assert [each["id"] for each in asked(by_secret, with_secret(CARL))[1]["devices"]] != [DEVICE_ID]


def test_a_sign_in_that_is_ended_here_stays_ended(by_secret: Flask, cast: dict[str, Member]) -> None:
    token = with_secret(CARL)
    assert asked(by_secret, token)[0] == 200
    with by_secret.app_context():
        tokens.revoke_all(cast["customer"].user_id or 0, audience=tokens.SUPABASE)
        db.session.commit()
    assert asked(by_secret, token)[0] == 401
    assert asked(by_secret, with_secret(CARL, email="a new sign-in"))[0] == 200
    assert asked(by_secret, cast["customer"].token)[0] == 200, "our own sign-in is another"


def test_the_same_token_spelled_another_way_is_the_same_sign_in(make_app: Callable[..., Flask],
                                                                cast: dict[str, Member]) -> None:
    """Of a signature by elliptic curves there is always a second one that is as good; anybody can work it out."""
    project = KeyServer()
    project.add("key-1")
    app = make_app(supabase_jwks_url=project.url)
    link(app, "carl", issuer=project.issuer)
    told, _, mark = project.token(CARL, kid="key-1").rpartition(".")
    raw = base64.urlsafe_b64decode(mark + "==")
    other = ORDER_OF_P256 - int.from_bytes(raw[32:], "big")
    twin = base64.urlsafe_b64encode(raw[:32] + other.to_bytes(32, "big")).rstrip(b"=").decode()
    assert (asked(app, f"{told}.{mark}")[0], asked(app, f"{told}.{twin}")[0]) == (200, 200)
    with app.app_context():
        assert db.session.query(Login).filter_by(audience=tokens.SUPABASE).count() == 1
        tokens.revoke_all(cast["customer"].user_id or 0, audience=tokens.SUPABASE)
        db.session.commit()
    assert (asked(app, f"{told}.{mark}")[0], asked(app, f"{told}.{twin}")[0]) == (401, 401)
    project.stop()


def test_a_sign_in_ends_with_its_token(by_secret: Flask) -> None:
    ends = int(time.time()) + 600
    assert asked(by_secret, with_secret(CARL, exp=ends))[0] == 200
    with by_secret.app_context():
        login = db.session.query(Login).filter_by(audience=tokens.SUPABASE).one()
        assert clock.milliseconds(login.expires_at) == ends * 1000


def test_many_first_uses_at_once_are_one(by_email: Flask) -> None:
    token, found = with_secret(CARL), []
    together = [threading.Thread(target=lambda: found.append(asked(by_email, token)[0])) for _ in range(8)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert found == [200] * 8
    with by_email.app_context():
        assert db.session.query(LinkedIdentity).count() == 1


def test_a_session_cookie_counts_with_its_csrf_token(app: Flask, customer: Caller) -> None:
    browser = app.test_client()
    signed_in = browser.post("/api/auth/local/login", json={"username": "carl", "password": "correct-horse"})
    assert signed_in.status_code == 200
    assert browser.get(DEVICES).status_code == 200
    wish = {"deviceId": DEVICE_ID, "type": "diagnostic"}
    assert browser.post("/api/v1/customer/sessions", json=wish).status_code == 403
    token = browser.get_cookie("XSRF-TOKEN")
    assert token is not None
    assert browser.post("/api/v1/customer/sessions", json=wish,
                        headers={"X-XSRF-TOKEN": token.value}).status_code == 201
