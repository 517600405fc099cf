"""/api/auth/register, login and users: contract 004's accounts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connectassist.core.db import db
from connectassist.identity.models import StaffClient, User
from tests.cast import PASSWORD, Caller

NEW = {"username": "newbie", "email": "newbie@example.com", "password": "long-enough-1", "full_name": "New Bee"}


def register(caller: Caller, **changes: Any) -> TestResponse:
    return caller.post("/api/auth/register", json=NEW | changes)


def who_is(caller: Caller, token: str) -> dict[str, Any]:
    return caller.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"}).json


def test_registering_signs_in(nobody: Caller) -> None:
    answer = register(nobody)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    told = answer.json
    assert (told["username"], told["full_name"], told["role"], told["is_active"]) == (
        "newbie", "New Bee", "customer", True)
    assert told["token_type"] == "bearer"
    assert told["user"] == {name: told[name] for name in told["user"]}
    assert who_is(nobody, told["access_token"])["id"] == told["id"]


@pytest.mark.parametrize("name", [{"fullName": "New Bee", "full_name": None}, {"full_name": "", "fullName": "New Bee"},
                                  {"full_name": "New\u202e \x07 Bee"}], ids=range(3))
def test_the_whole_name_comes_by_either_key_and_on_one_line(nobody: Caller, name: dict) -> None:
    assert register(nobody, **name).json["full_name"] == "New Bee"


@pytest.mark.parametrize("role", ["customer", "", None, "superuser", 7, ["admin"], {"a": 1}, "Admin"], ids=range(8))
def test_a_role_that_there_is_not_counts_as_customer(nobody: Caller, role: Any) -> None:
    assert register(nobody, role=role).json["role"] == "customer"


@pytest.mark.parametrize("role", ["admin", "support_agent", "technician", "viewer"])
@pytest.mark.parametrize("who", ["nobody", "customer", "viewer_a", "technician_a", "device"])
def test_another_role_takes_an_administrator(app: Flask, as_member: Callable[[str], Caller], who: str,
                                             role: str) -> None:
    answer = register(as_member(who), role=role)
    assert (answer.status_code, answer.json["error_code"]) == (403, "FORBIDDEN")
    assert answer.json["detail"]
    with app.app_context():
        assert db.session.query(User).filter_by(username="newbie").count() == 0


@pytest.mark.parametrize(("role", "kept"), [("support_agent", "technician"), ("technician", "technician"),
                                            ("viewer", "viewer"), ("admin", "admin")])
def test_an_administrator_makes_staff(app: Flask, admin: Caller, role: str, kept: str) -> None:
    told = register(admin, role=role).json
    assert told["role"] == ("support_agent" if kept == "technician" else kept)
    assert who_is(admin, told["access_token"])["username"] == "newbie"
    with app.app_context():
        assert db.session.get(User, told["id"]).role == kept
        assert db.session.query(StaffClient).filter_by(user_id=told["id"]).count() == 1


def test_an_administrators_cookie_needs_its_csrf_token(app: Flask) -> None:
    """Another site's page can't have this browser make an administrator."""
    browser = app.test_client()
    browser.post("/api/auth/local/login", json={"username": "admin", "password": PASSWORD})
    assert browser.post("/api/auth/register", json=NEW | {"role": "admin"}).status_code == 403
    token = browser.get_cookie("XSRF-TOKEN").value
    assert browser.post("/api/auth/register", json=NEW | {"role": "admin"},
                        headers={"X-XSRF-TOKEN": token}).status_code == 200


@pytest.mark.parametrize(("changes", "code"), [
    ({"username": None}, "VALIDATION_FAILED"), ({"username": "x"}, "VALIDATION_FAILED"),
    ({"username": "a b"}, "VALIDATION_FAILED"), ({"username": "x" * 81}, "VALIDATION_FAILED"),
    ({"username": "<b>x</b>"}, "VALIDATION_FAILED"), ({"username": "x\0y"}, "VALIDATION_FAILED"),
    ({"username": ["a"]}, "VALIDATION_FAILED"), ({"email": None}, "VALIDATION_FAILED"),
    ({"email": "no"}, "VALIDATION_FAILED"), ({"email": "a@b.c\n"}, "VALIDATION_FAILED"),
    ({"email": "a" * 300 + "@example.com"}, "VALIDATION_FAILED"), ({"password": None}, "VALIDATION_FAILED"),
    ({"password": "short"}, "VALIDATION_FAILED"), ({"password": 12345678901}, "VALIDATION_FAILED"),
    ({"password": "x" * 257}, "VALIDATION_FAILED"), ({"full_name": "x" * 121}, "VALIDATION_FAILED"),
    ({"full_name": 5}, "VALIDATION_FAILED"), ({"username": "tina"}, "DUPLICATE_ACCOUNT"),
    ({"username": "TINA"}, "DUPLICATE_ACCOUNT"), ({"username": "ｔｉｎａ"}, "DUPLICATE_ACCOUNT"),
    ({"username": "tina@example.com"}, "DUPLICATE_ACCOUNT"), ({"email": "Tina@Example.com"}, "DUPLICATE_ACCOUNT"),
], ids=range(22))
def test_what_cannot_be_registered(nobody: Caller, changes: dict, code: str) -> None:
    answer = register(nobody, **changes)
    assert (answer.status_code, answer.json["error_code"]) == (400, code)
    assert isinstance(answer.json["detail"], str)


@pytest.mark.parametrize("field", ["username", "email", "password", "full_name", "role"])
def test_a_huge_value_is_refused_in_no_time(nobody: Caller, field: str) -> None:
    begun = time.process_time()
    assert register(nobody, **{field: "a.@" * 300_000}).status_code == (200 if field == "role" else 400)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(("username", "again"), [
    ("Zoë", "Zoe\u0308"), ("हिंदी", "हिंदी"), ("张伟", "张伟"), ("ivan.петров", "ivan.петров"), ("ｂｏｂ", "bob")],
    ids=range(5))
def test_names_of_every_script(nobody: Caller, username: str, again: str) -> None:
    """One that is typed with its accent as a letter of its own is the same name."""
    assert register(nobody, username=username).status_code == 200
    answer = nobody.post("/api/auth/login", json={"username": again, "password": NEW["password"]})
    assert answer.status_code == 200
    assert register(nobody, username=again, email="other@example.com").json["error_code"] == "DUPLICATE_ACCOUNT"


@pytest.mark.parametrize("name", ["tina", "tina@example.com", "TINA@example.com"])
def test_signing_in_for_a_token(nobody: Caller, name: str) -> None:
    answer = nobody.post("/api/auth/login", json={"username": name, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert (answer.json["token_type"], answer.json["user"]["role"]) == ("bearer", "support_agent")
    assert who_is(nobody, answer.json["access_token"])["username"] == "tina"


@pytest.mark.parametrize(("body", "status"), [
    ({"username": "tina", "password": "wrong-password"}, 401), ({"username": "nobody", "password": PASSWORD}, 401),
    ({"username": "tina"}, 400), ({"password": PASSWORD}, 400), ({}, 400), ({"username": 5, "password": []}, 400),
    ({"username": "", "password": ""}, 400), ({"username": "\0", "password": PASSWORD}, 401)], ids=range(8))
def test_what_does_not_sign_in(nobody: Caller, body: dict, status: int) -> None:
    answer = nobody.post("/api/auth/login", json=body)
    assert answer.status_code == status
    assert isinstance(answer.json["detail"], str)
    assert (answer.headers.get("WWW-Authenticate") == "Bearer") == (status == 401)


def test_a_closed_account_does_not_sign_in(app: Flask, nobody: Caller, technician_a: Caller) -> None:
    with app.app_context():
        db.session.get(User, technician_a.user_id).is_active = False
        db.session.commit()
    assert nobody.post("/api/auth/login", json={"username": "tina", "password": PASSWORD}).status_code == 401


def test_the_administrator_lists_every_account(admin: Caller) -> None:
    everybody = admin.get("/api/auth/users").json
    assert [user["id"] for user in everybody] == sorted(user["id"] for user in everybody)
    assert {user["role"] for user in everybody} == {"admin", "support_agent", "viewer", "customer"}
    assert not {"password_hash", "password"} & set(everybody[0])
    assert admin.get("/api/auth/users?skip=1&limit=2").json == everybody[1:3]
    assert admin.get("/api/auth/users?limit=0").status_code == 400
    assert admin.get("/api/auth/users?skip=&limit=").status_code == 200


def test_trying_is_limited(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    tried = [client.post("/api/auth/login", json={"username": "tina", "password": "x"}).status_code for _ in range(6)]
    assert tried == [401] * 5 + [429]
    made = [client.post("/api/auth/register", json={}).status_code for _ in range(11)]
    assert made == [400] * 10 + [429]


def test_a_front_end_of_another_origin_may_call_where_the_settings_say_so(make_app: Callable[..., Flask]) -> None:
    client = make_app(cors_origins="http://localhost:3000").test_client()
    ours, strange = {"Origin": "http://localhost:3000"}, {"Origin": "http://elsewhere.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    preflight = client.options("/api/auth/register", headers=ours | asked)
    assert preflight.status_code == 200
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed and "content-type" in allowed
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    answer = client.post("/api/auth/register", json=NEW, headers=ours)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "http://localhost:3000")
    refused = client.get("/api/auth/me", headers=ours)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "http://localhost:3000")
    assert "Access-Control-Allow-Origin" not in client.get("/api/auth/me", headers=strange).headers
