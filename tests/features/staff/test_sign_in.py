"""/api/admin/login and auto-login: contract 000's ways in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import PASSWORD, Caller, Member

HERE = "http://127.0.0.1:5001"


def sign_in(client: FlaskClient, username: str = "tina", password: str = PASSWORD, **options: object):
    return client.post("/api/admin/login", json={"username": username, "password": password}, **options)


def test_the_answer_is_the_contracts(client: FlaskClient) -> None:
    answer = sign_in(client)
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "user", "clients"}
    assert answer.json["user"].keys() == {"id", "username", "display_name", "role"}
    assert (answer.json["user"]["role"], answer.json["user"]["display_name"]) == ("technician", "Tina Acme")
    assert answer.json["clients"] == [{"id": 2, "name": "Acme", "slug": "acme"}]
    assert not answer.headers.getlist("Set-Cookie")
    assert [each["name"] for each in sign_in(client, "admin").json["clients"]] == ["Acme", "Beta", "Default"]
    bearer = {"Authorization": f"Bearer {answer.json['token']}"}
    assert isinstance(client.get("/api/devices", headers=bearer).json, list), "the token speaks 000's dialect"


HALVES = [{}, {"username": "tina"}, {"password": PASSWORD}, {"username": "", "password": ""},
          {"username": None, "password": None}, {"username": ["tina"], "password": PASSWORD},
          {"username": "tina", "password": {"$ne": ""}}, {"username": "x" * 300}]
STRANGERS = [("tina", "wrong"), ("nobody", PASSWORD), ("carl", PASSWORD), ("tina\x00", PASSWORD),
             ("' OR 1=1 --", PASSWORD)]


def test_who_is_not_let_in(client: FlaskClient) -> None:
    for body in HALVES:
        assert client.post("/api/admin/login", json=body).status_code == 400, body
    for username, password in STRANGERS:
        answer = sign_in(client, username, password)
        assert (answer.status_code, answer.json["error"]) == (401, "Invalid credentials"), username
    answer = client.post("/pocket-it/api/admin/login", json={"username": "carl", "password": "wrong"})
    assert answer.json == {"error": "Invalid credentials"}


def from_elsewhere(number: int) -> dict:
    return {"environ_overrides": {"REMOTE_ADDR": f"203.0.113.{number}"}}


def test_five_wrong_passwords_shut_a_name(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    assert [sign_in(client, "tina", "wrong", **from_elsewhere(n)).status_code for n in range(5)] == [401] * 5
    shut = sign_in(client, "TINA", PASSWORD, **from_elsewhere(9))
    assert shut.status_code == 429
    assert 800 < int(shut.headers["Retry-After"]) <= 901
    assert sign_in(client, "bert", PASSWORD, **from_elsewhere(9)).status_code == 200


def test_a_right_password_forgives(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    for number in range(2):
        tries = [sign_in(client, "tina", "wrong", **from_elsewhere(10 * number + n)).status_code for n in range(4)]
        assert tries == [401] * 4
        assert sign_in(client, **from_elsewhere(10 * number + 5)).status_code == 200


@pytest.fixture
def trusting(make_app: Callable[..., Flask]) -> Flask:
    return make_app(trust_localhost="1")


def auto(app: Flask, *, base: str = HERE, address: str = "127.0.0.1", **headers: str):
    return app.test_client().post("/api/admin/auto-login", base_url=base, headers=headers,
                                  environ_overrides={"REMOTE_ADDR": address})


def test_it_is_off_unless_the_operator_says_so(app: Flask) -> None:
    assert auto(app).status_code == 403
    assert app.test_client().get("/api/admin/users", base_url=HERE).status_code == 401


def test_this_computer_signs_in_by_itself(trusting: Flask) -> None:
    answer = auto(trusting)
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "user", "clients"}
    assert answer.json["user"]["username"] == "admin"
    bearer = {"Authorization": f"Bearer {answer.json['token']}"}
    assert trusting.test_client().get("/api/admin/users", headers=bearer).status_code == 200


#: What makes a caller on this computer one that may not be trusted.
SUSPECT: list[dict[str, str]] = [
    {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": ""}, {"Forwarded": "for=1.2.3.4"},
    {"X-Real-Ip": "1.2.3.4"}, {"Via": "1.1 proxy"}, {"X-Forwarded-Proto": "https"}, {"x-forwarded-host": "a.example"},
    {"CF-Connecting-IP": "1.2.3.4"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
    {"Origin": "http://127.0.0.1:3000"}, {"Origin": "http://localhost:5001"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}]
ELSEWHERE = [{"base": "http://evil.example:5001"}, {"base": "http://127.0.0.1.evil.example"},
             {"base": "http://localhost.evil.example"}, {"base": "http://192.168.0.5:5001"},
             {"address": "192.168.0.5"}, {"address": "127.0.0.2"}, {"address": ""}]


def test_a_call_that_may_come_from_elsewhere_is_refused(trusting: Flask) -> None:
    client = trusting.test_client()
    for case in SUSPECT + ELSEWHERE:
        headers = dict(case)
        base, address = headers.pop("base", HERE), headers.pop("address", "127.0.0.1")
        called = {"base_url": base, "headers": headers, "environ_overrides": {"REMOTE_ADDR": address}}
        assert client.post("/api/admin/auto-login", **called).status_code == 403, case
        assert client.get("/api/admin/users", **called).status_code == 401, case


def test_a_program_here_that_shows_nothing_is_the_first_admin(trusting: Flask) -> None:
    client = trusting.test_client()
    for number, base in enumerate((HERE, "http://localhost:9100", "http://[::1]:5001", "http://localhost")):
        assert client.get("/api/admin/users", base_url=base).status_code == 200
        assert client.get("/api/admin/user/profile", base_url=base).json["username"] == "admin"
        assert isinstance(client.get("/api/devices", base_url=base).json, list), "as 000's document shows it"
        same_site = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
        made = client.post("/api/clients", json={"name": f"Here {number}"}, base_url=base, headers=same_site)
        assert made.status_code == 201


def test_pages_want_a_sign_in_all_the_same(trusting: Flask) -> None:
    assert trusting.test_client().get("/dashboard", base_url=HERE).status_code == 302


def test_whoever_shows_a_proof_is_who_it_says(trusting: Flask, cast: dict[str, Member]) -> None:
    proofs = [{"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}, {"Cookie": "remote.sid=nonsense"},
              {"Cookie": "share.sid=nonsense"}, cast["customer"].headers, cast["device"].headers,
              {"X-Device-Id": "x", "X-Device-Secret": "wrong"}, {"X-Device-Id": "x"}]
    for headers in proofs:
        client = trusting.test_client(use_cookies=False)
        answer = client.get("/api/admin/users", base_url=HERE, headers=headers)
        assert answer.status_code in (401, 403), headers


def test_the_first_admin_is_one_who_is_active(trusting: Flask, admin: Caller) -> None:
    client = trusting.test_client()
    made = client.post("/api/admin/users", base_url=HERE, json={"username": "second", "password": "long-enough-1",
                                                                "role": "admin"}).json
    first = client.get("/api/admin/user/profile", base_url=HERE).json["id"]
    assert client.delete(f"/api/admin/users/{first}", base_url=HERE).status_code == 200
    assert client.get("/api/admin/user/profile", base_url=HERE).json["id"] == made["id"]


def test_health(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok", "service": "pocket-it"}
    assert client.get("/pocket-it/health").json == {"status": "ok", "service": "pocket-it"}
