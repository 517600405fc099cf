"""/api/auth: registering, signing in with token and cookie, CSRF, signing out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from connectassist.cli import cli
from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.accounts import service
from connectassist.http import limits
from connectassist.identity import principal
from connectassist.identity.models import Login, User
from tests.cast import PASSWORD, Caller

NEW = {"username": "newbie", "email": "newbie@example.com", "password": "long-enough-1"}


def sign_in(client: FlaskClient, username: str = "tina", password: str = PASSWORD):
    return client.post("/api/auth/local/login", json={"username": username, "password": password})


def cookies_of(answer) -> dict[str, str]:
    return {line.split("=", 1)[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_registering_makes_a_customer(client: FlaskClient) -> None:
    answer = client.post("/api/auth/local/register", json=NEW)
    assert answer.status_code == 200
    assert answer.json["success"] is True
    assert set(answer.json["technician"]) == {"id", "username", "email"}
    signed_in = sign_in(client, "newbie", NEW["password"])
    assert signed_in.json["technician"]["role"] == "customer"
    assert client.get("/api/devices").status_code == 403


@pytest.mark.parametrize("role", ["admin", "technician", "viewer", "support_agent"])
def test_a_role_cannot_be_asked_for(client: FlaskClient, role: str) -> None:
    client.post("/api/auth/local/register", json={**NEW, "role": role})
    assert sign_in(client, "newbie", NEW["password"]).json["technician"]["role"] == "customer"


@pytest.mark.parametrize(("changes", "code"), [
    ({"username": None}, "VALIDATION_FAILED"), ({"username": ""}, "VALIDATION_FAILED"),
    ({"username": "x" * 81}, "VALIDATION_FAILED"), ({"username": "a b"}, "VALIDATION_FAILED"),
    ({"username": ["a"]}, "VALIDATION_FAILED"), ({"email": "no"}, "VALIDATION_FAILED"),
    ({"password": "short"}, "VALIDATION_FAILED"), ({"password": "x" * 257}, "VALIDATION_FAILED"),
    ({"password": 12345678901}, "VALIDATION_FAILED"),
    ({"username": "tina"}, "DUPLICATE_ACCOUNT"), ({"email": "tina@example.com"}, "DUPLICATE_ACCOUNT")])
def test_what_cannot_be_registered(client: FlaskClient, changes: dict, code: str) -> None:
    body = {name: value for name, value in {**NEW, **changes}.items() if value is not None}
    answer = client.post("/api/auth/local/register", json=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, code)


@pytest.mark.parametrize("missing", ["username", "email", "password"])
def test_a_missing_field_is_named(client: FlaskClient, missing: str) -> None:
    answer = client.post("/api/auth/local/register", json={k: v for k, v in NEW.items() if k != missing})
    assert answer.status_code == 400
    assert missing in answer.json["detail"]


def test_signing_in_gives_a_token_and_cookies(client: FlaskClient) -> None:
    answer = sign_in(client)
    assert answer.json["success"] is True
    assert answer.json["technician"]["username"] == "tina"
    cookies = cookies_of(answer)
    assert "HttpOnly" in cookies["remote.sid"]
    assert "SameSite=Lax" in cookies["remote.sid"]
    assert "Path=/" in cookies["remote.sid"]
    assert "HttpOnly" not in cookies["XSRF-TOKEN"], "the page must read it"
    bearer = {"Authorization": f"Bearer {answer.json['token']}"}
    assert client.application.test_client().get("/api/auth/me", headers=bearer).json["user"]["username"] == "tina"
    assert client.get("/api/auth/me").json["username"] == "tina"


def test_the_cookie_is_secure_behind_https(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://desk.example").test_client()
    assert "Secure" in cookies_of(sign_in(client))["remote.sid"]


def test_the_mail_address_signs_in_as_well(client: FlaskClient) -> None:
    assert sign_in(client, "TINA@example.com").status_code == 200


@pytest.mark.parametrize(("username", "password"), [
    ("tina", "wrong-password"), ("nobody", PASSWORD), ("tina", "x" * 256), ("' or 1=1 --", PASSWORD)])
def test_a_wrong_sign_in_tells_nothing(client: FlaskClient, username: str, password: str) -> None:
    answer = sign_in(client, username, password)
    assert answer.status_code == 401
    assert answer.json["error"] == "Invalid credentials"
    assert answer.json["error_code"] == "INVALID_CREDENTIALS"
    assert not cookies_of(answer)


def test_a_closed_account_is_out_at_once(app: Flask, technician_a: Caller, client: FlaskClient) -> None:
    with app.app_context():
        db.session.get(User, technician_a.user_id).is_active = False
        db.session.commit()
    assert technician_a.get("/api/devices").status_code == 401
    assert sign_in(client).status_code == 401


def try_from(app: Flask, address: str, password: str, username: str = "tina") -> int:
    answer = app.test_client().post("/api/auth/local/login", json={"username": username, "password": password},
                                    environ_base={"REMOTE_ADDR": address})
    return answer.status_code


def test_wrong_passwords_shut_an_account_for_their_own_network(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits="on")
    client = app.test_client()
    statuses = [sign_in(client, password="wrong-password").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    refused = sign_in(client)
    assert refused.status_code == 429, "the right password does not help any more"
    assert int(refused.headers["Retry-After"]) > 0
    assert try_from(app, "127.0.0.77", PASSWORD) == 429, "nor does another address of that network"
    assert try_from(app, "10.1.2.3", PASSWORD) == 200, "a stranger shuts out nobody else"
    assert try_from(app, "127.0.0.77", PASSWORD, "bert") == 200


def test_guesses_from_everywhere_keep_out_who_never_signed_in_from_there(make_app: Callable[..., Flask],
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_PASSWORDS_OF_ALL", "8/hour")
    app = make_app(rate_limits="on")
    assert try_from(app, "10.1.2.3", PASSWORD) == 200
    for username in ("tina", "no-such-name"):
        assert [try_from(app, f"10.{n}.9.9", "wrong", username) for n in range(50, 58)] == [401] * 8
        assert try_from(app, "10.77.9.9", PASSWORD, username) == 429
    assert try_from(app, "10.1.2.200", "wrong") == 401, "she mistypes where she is at home"
    assert try_from(app, "10.1.2.200", PASSWORD) == 200


def test_names_out_of_the_air_make_no_budgets_beyond_those_of_an_address(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits="on")
    assert [try_from(app, "10.1.2.3", "x", f"name-{n}") for n in range(12)] == [401] * 10 + [429] * 2
    kept = app.extensions["limiter"]._counts.storage.storage
    assert not [key for key in kept if "name-11" in key]


def test_a_cookie_needs_the_csrf_header(client: FlaskClient) -> None:
    sign_in(client)
    refused = client.post("/api/sessions/create")
    assert refused.status_code == 401 or refused.json["error_code"] == "CSRF_FAILED"
    assert refused.json["error_code"] == "CSRF_FAILED"
    wrong = client.post("/api/sessions/create", headers={"X-XSRF-TOKEN": "guess"})
    assert wrong.json["error_code"] == "CSRF_FAILED"
    token = client.get_cookie("XSRF-TOKEN").value
    assert client.post("/api/sessions/create", headers={"X-XSRF-TOKEN": token}).status_code == 200
    assert client.get("/api/sessions").status_code == 200, "reading needs none"


@pytest.mark.parametrize("header", ["Bearer x.y.z", "Bearer ", "Bearer", "Basic dGluYTp4", "x" * 5000])
def test_a_broken_token_is_a_401(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/auth/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json["loginUrl"] == "/login"


def test_a_token_without_signature_is_nobodys(client: FlaskClient, technician_a: Caller) -> None:
    head, body, signature = technician_a.token.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    for forged in (f"{unsigned}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA"):
        assert client.get("/api/auth/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_signing_out_revokes_the_token(client: FlaskClient) -> None:
    token = sign_in(client).json["token"]
    answer = client.post("/api/auth/logout", headers={"X-XSRF-TOKEN": client.get_cookie("XSRF-TOKEN").value})
    assert answer.json == {"success": True}
    assert client.get_cookie("remote.sid") is None
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.application.test_client().get("/api/auth/me", headers=bearer).status_code == 401


def test_the_documented_logout_is_a_link(client: FlaskClient) -> None:
    token = sign_in(client).json["token"]
    answer = client.get("/api/auth/logout")
    assert (answer.status_code, answer.location) == (302, "/")
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.application.test_client().get("/api/auth/me", headers=bearer).status_code == 401


def test_the_login_link_leads_to_the_page(client: FlaskClient) -> None:
    assert client.get("/api/auth/login").location == "/login"
    assert client.get("/api/auth/callback").status_code == 400


def test_the_first_start_makes_one_admin(make_app: Callable[..., Flask], app: Flask) -> None:
    with app.app_context():
        assert service.ensure_admin("another-password") is None
        assert db.session.query(User).filter_by(role="admin").count() == 1


def test_only_an_admin_makes_staff(app: Flask) -> None:
    with app.app_context(), pytest.raises(Exception, match="Only an administrator"):
        service.register(username="x2", password="long-enough-1", role="admin", by=principal.nobody())


def test_what_happens_is_in_the_audit_log(app: Flask, client: FlaskClient) -> None:
    sign_in(client, password="wrong-password")
    sign_in(client)
    with app.app_context():
        actions = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == ["account.sign_in_failed", "account.sign_in"]


def test_an_operator_gives_a_new_password(app: Flask, technician_a: Caller, client: FlaskClient) -> None:
    assert "password" in cli.commands
    with app.app_context():
        service.reset_password("tina", password="another-good-one")
    assert technician_a.get("/api/auth/me").status_code == 401, "older sign-ins end"
    assert sign_in(client, password="another-good-one").status_code == 200


def test_old_sign_ins_are_forgotten(client: FlaskClient, in_app: None) -> None:
    sign_in(client)
    logins = db.session.query(Login)
    before = logins.count()
    assert service.prune() == 0
    oldest = logins.order_by(Login.created_at).first()
    assert oldest is not None
    oldest.expires_at = clock.now() - timedelta(days=31)
    db.session.commit()
    assert (service.prune(), logins.count()) == (1, before - 1)
