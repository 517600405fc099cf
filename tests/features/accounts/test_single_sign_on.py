"""Signing in with OpenID Connect: whose account it becomes, how often an attempt counts, a provider that fails."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.core.settings import BadSetting, load
from connectassist.features.accounts import attempts
from connectassist.identity.models import LinkedIdentity, User
from tests.features.accounts.provider import TINA, HostileProvider, Visitor

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def change(app: Flask, username: str, **values: object) -> None:
    with app.app_context():
        user = db.session.query(User).filter_by(username=username).one()
        for name, value in values.items():
            setattr(user, name, value)
        db.session.commit()


def username_of(visitor: Visitor) -> str | None:
    answer = visitor.client.get("/api/auth/me")
    return answer.json["user"]["username"] if answer.status_code == 200 else None


def test_the_question_carries_state_nonce_and_challenge(visitor: Visitor) -> None:
    asked = parse_qs(urlsplit(visitor.begin()).query)
    assert set(asked) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
                          "code_challenge_method"}
    assert asked["redirect_uri"] == ["http://localhost/api/auth/callback"]
    assert asked["scope"] == ["openid email profile"]
    assert min(len(asked[name][0]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_the_attempts_cookie_is_short_lived_and_closed_to_scripts(visitor: Visitor) -> None:
    cookie = visitor.client.get("/api/auth/login").headers["Set-Cookie"]
    assert cookie.startswith(f"{attempts.COOKIE}=") and "HttpOnly" in cookie
    assert "Max-Age=600" in cookie and "SameSite=Lax" in cookie


def test_signing_in_sets_the_cookies_of_the_local_login(visitor: Visitor) -> None:
    answer = visitor.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (302, "/devices")
    cookies = {line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")}
    assert {"remote.sid", "XSRF-TOKEN", attempts.COOKIE} <= cookies
    assert username_of(visitor) == "tina"
    assert visitor.client.get("/api/devices").status_code == 200


def test_the_way_back_stays_on_this_site(visitor: Visitor) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert visitor.sign_in(target).headers["Location"] == "/dashboard"


def test_signing_out_ends_it(visitor: Visitor) -> None:
    visitor.sign_in()
    kept = visitor.client.get_cookie("remote.sid")
    assert visitor.client.get("/api/auth/logout").status_code == 302
    visitor.client.set_cookie("remote.sid", kept.value)
    assert username_of(visitor) is None


def test_the_audit_log_tells_of_it(visitor: Visitor, joined_app: Flask) -> None:
    visitor.sign_in()
    with joined_app.app_context():
        told = [(e.action, e.actor_name) for e in db.session.query(AuditEntry).filter(
            AuditEntry.action.in_(("account.link", "account.sign_in")))]
    assert told == [("account.link", "Tina Acme"), ("account.sign_in", "Tina Acme")]


def test_the_address_finds_the_account_in_any_case(visitor: Visitor) -> None:
    visitor.provider.person["email"] = "Tina@Example.COM"
    assert visitor.sign_in().status_code == 302


def test_an_account_stays_with_its_person_when_the_address_changes(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.provider.person["email"] = "bert@example.com"
    assert visitor.sign_in().status_code == 302
    assert username_of(visitor) == "tina"


def test_who_gets_the_address_later_does_not_get_the_account(visitor: Visitor, joined_app: Flask) -> None:
    visitor.sign_in()
    visitor.client.get("/api/auth/logout")
    visitor.provider.person["sub"] = "mallory-at-the-provider"
    answer = visitor.sign_in()
    assert (answer.status_code, answer.json["error_code"]) == (403, "NO_ACCOUNT")
    assert username_of(visitor) is None
    with joined_app.app_context():
        assert db.session.query(LinkedIdentity).count() == 1


UNLINKED = (
    {"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}, {"email_verified": 1},
    {"email": None}, {"email": ["tina@example.com"]}, {"email": "stranger@example.com"}, {"email": "%"},
    {"email": "t\u0131na@example.com"})


def test_only_a_verified_known_address_is_linked(visitor: Visitor, joined_app: Flask) -> None:
    for changes in UNLINKED:
        visitor.provider.claims = changes
        answer = visitor.sign_in()
        assert (answer.status_code, answer.json["error_code"]) == (403, "NO_ACCOUNT"), changes
        assert answer.json["details"] and username_of(visitor) is None
    with joined_app.app_context():
        assert db.session.query(LinkedIdentity).count() == 0
        assert db.session.query(AuditEntry).filter_by(action="account.sign_in_failed").count() == len(UNLINKED)


def test_a_letter_that_only_looks_the_same_in_lower_case_finds_nobody(visitor: Visitor, joined_app: Flask) -> None:
    change(joined_app, "tina", email="kay@example.com")
    visitor.provider.person["email"] = "\u212aay@example.com"
    assert visitor.sign_in().json["error_code"] == "NO_ACCOUNT"


def test_a_customer_who_registered_with_the_address_is_not_found(visitor: Visitor) -> None:
    """They may have chosen any address, and they know the account's password."""
    visitor.client.post("/api/auth/local/register", json={
        "username": "early", "email": "boss@example.com", "password": "long-enough-1"})
    visitor.provider.person = {**TINA, "email": "boss@example.com"}
    assert visitor.sign_in().json["error_code"] == "NO_ACCOUNT"


def test_a_closed_account_stays_out(visitor: Visitor, joined_app: Flask) -> None:
    change(joined_app, "tina", is_active=False)
    assert visitor.sign_in().json["error_code"] == "NO_ACCOUNT"
    change(joined_app, "tina", is_active=True)
    assert visitor.sign_in().status_code == 302
    change(joined_app, "tina", is_active=False)
    assert username_of(visitor) is None
    assert visitor.sign_in().json["error_code"] == "NO_ACCOUNT"


def test_an_address_that_only_userinfo_tells(visitor: Visitor) -> None:
    visitor.provider.claims = {"email": None, "email_verified": None}
    visitor.provider.userinfo = dict(TINA)
    assert visitor.sign_in().status_code == 302
    assert "/userinfo" in visitor.provider.asked


def test_userinfo_about_somebody_else_is_refused(visitor: Visitor) -> None:
    visitor.provider.claims = {"email": None, "email_verified": None}
    visitor.provider.userinfo = {**TINA, "sub": "somebody-else"}
    assert visitor.sign_in().json["error_code"] == "SIGN_IN_REFUSED"


def test_an_attempt_counts_once(visitor: Visitor) -> None:
    brought = visitor.provider.approve(visitor.begin())
    kept = visitor.client.get_cookie(attempts.COOKIE)
    assert visitor.come_back(brought).status_code == 302
    visitor.client.set_cookie(attempts.COOKIE, kept.value)
    again = visitor.come_back({**visitor.provider.approve(visitor.begin()), "state": brought["state"]})
    assert again.status_code == 403
    visitor.client.set_cookie(attempts.COOKIE, kept.value)
    again = visitor.come_back(brought)
    assert (again.status_code, again.json["details"]) == (403, "This sign-in has been used already.")


def test_a_state_counts_in_its_own_browser_only(visitor: Visitor, joined_app: Flask) -> None:
    brought = visitor.provider.approve(visitor.begin())
    other = Visitor(joined_app.test_client(), visitor.provider)
    assert other.come_back(brought).status_code == 403
    other.begin()
    assert other.come_back(brought).status_code == 403
    assert username_of(other) is None
    assert visitor.come_back(brought).status_code == 302


def test_an_attempt_runs_out(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    brought = visitor.provider.approve(visitor.begin())
    late = clock.now() + attempts.LIFE
    monkeypatch.setattr(clock, "now", lambda: late)
    assert visitor.come_back(brought).status_code == 403


def test_a_made_up_attempt_is_refused(visitor: Visitor, joined_app: Flask) -> None:
    vault = joined_app.extensions["vault"]
    for cookie in ("", "x", "gAAAAA", "é", vault.encrypt("null"), vault.encrypt("{}"), vault.encrypt("a password")):
        visitor.client.set_cookie(attempts.COOKIE, cookie)
        answer = visitor.come_back({"code": "c", "state": "s"})
        assert answer.status_code == 403, cookie
        assert isinstance(answer.json["error"], str) and isinstance(answer.json["details"], str)


def test_without_a_code(visitor: Visitor) -> None:
    for brought in ({}, {"code": ""}, {"error": "access_denied", "error_description": "<script>alert(1)</script>"}):
        answer = visitor.come_back(brought)
        assert answer.status_code == 400
        assert "script" not in answer.text


def test_a_code_that_the_provider_does_not_know(visitor: Visitor) -> None:
    state = visitor.provider.approve(visitor.begin())["state"]
    assert visitor.come_back({"code": "stolen", "state": state}).json["error_code"] == "SIGN_IN_REFUSED"


def test_the_code_of_another_sign_in(visitor: Visitor, joined_app: Flask) -> None:
    """A code that somebody slips in was asked for with another verifier."""
    other = Visitor(joined_app.test_client(), visitor.provider)
    theirs = visitor.provider.approve(other.begin())
    mine = visitor.provider.approve(visitor.begin())
    assert visitor.come_back({"code": theirs["code"], "state": mine["state"]}).status_code == 403


def test_the_code_of_another_client(visitor: Visitor) -> None:
    question = visitor.begin()
    brought = visitor.provider.approve(question.replace("client_id=the-desk", "client_id=another"))
    assert visitor.come_back(brought).json["error_code"] == "SIGN_IN_REFUSED"


def test_people_are_told_on_a_page(visitor: Visitor) -> None:
    answer = visitor.come_back({"code": "c", "state": "s"}, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Please start again" in answer.text and 'href="/login"' in answer.text
    visitor.provider.fails_with = 500
    answer = visitor.client.get("/api/auth/login", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "can&#39;t be reached" in answer.text


def test_a_provider_that_is_down(visitor: Visitor) -> None:
    visitor.provider.stop()
    answer = visitor.client.get("/api/auth/login")
    assert (answer.status_code, answer.json["error_code"]) == (503, "PROVIDER_UNAVAILABLE")


def test_after_a_failure_the_provider_rests(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.provider.fails_with = 500
    for _ in range(3):
        assert visitor.client.get("/api/auth/login").status_code == 503
    assert len(visitor.provider.asked) == 1
    visitor.provider.fails_with = None
    later = clock.monotonic() + 6
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    assert visitor.sign_in().status_code == 302


def test_the_provider_fails_in_the_middle(visitor: Visitor) -> None:
    brought = visitor.provider.approve(visitor.begin())
    visitor.provider.fails_with = 502
    assert visitor.come_back(brought).json["error_code"] == "PROVIDER_UNAVAILABLE"


def test_what_the_provider_publishes_is_asked_for_once(visitor: Visitor) -> None:
    for _ in range(3):
        assert visitor.sign_in().status_code == 302
    assert visitor.provider.asked.count("/.well-known/openid-configuration") == 1
    assert visitor.provider.asked.count("/keys") == 1


@pytest.mark.parametrize("metadata", [
    {"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": 7}], ids=str)
def test_a_description_that_is_not_the_issuers(visitor: Visitor, metadata: dict) -> None:
    visitor.provider.metadata = metadata
    assert visitor.client.get("/api/auth/login").json["error_code"] == "PROVIDER_UNAVAILABLE"


def test_where_no_provider_is_configured(nobody) -> None:
    assert nobody.get("/api/auth/login").headers["Location"] == "/login"
    assert nobody.get("/api/auth/login?next=/devices").headers["Location"] == "/login?next=%2Fdevices"
    assert nobody.get("/api/auth/callback?code=c&state=s").status_code == 403
    assert "Sign in with" not in nobody.get("/login").text


def test_the_login_page_leads_to_the_provider(visitor: Visitor) -> None:
    page = visitor.client.get("/login?next=/devices").text
    assert "Sign in with 127.0.0.1" in page
    assert 'href="/api/auth/login?next=/devices"' in page or 'href="/api/auth/login?next=%2Fdevices"' in page


@pytest.mark.parametrize("given", [
    {"OIDC_ISSUER": "https://id.example"}, {"OIDC_CLIENT_ID": "x"},
    {"OIDC_ISSUER": "http://id.example", "OIDC_CLIENT_ID": "x"}, {"OIDC_ISSUER": "id.example", "OIDC_CLIENT_ID": "x"}])
def test_half_a_set_up_stops_the_start(tmp_path, given: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="OIDC_ISSUER"):
        load({"CONNECTASSIST_INSTANCE": str(tmp_path), "CONNECTASSIST_DOWNLOADS": str(tmp_path),
              **{f"CONNECTASSIST_{name}": value for name, value in given.items()}})


def test_sign_ins_are_limited(make_app: Callable[..., Flask], provider: HostileProvider) -> None:
    app = make_app(rate_limits="on", oidc_issuer=provider.issuer, oidc_client_id="x")
    found = {app.test_client().get("/api/auth/login").status_code for _ in range(31)}
    assert found == {302, 429}
