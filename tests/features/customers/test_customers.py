"""/api/admin/customers: accounts of the clients' people."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.cast import ACME, BETA, DEVICE_ID, DEVICE_OF_B_ID, Caller, Member
from tests.live.key_server import SECRET, with_secret

CUSTOMERS, DEVICES = "/api/admin/customers", "/api/v1/customer/devices"


def made(admin: Caller, **changes: object) -> dict:
    body = {"username": "dora", "display_name": "Dora Größe", "email": "dora@example.com", "client_id": ACME,
            "password": "correct-horse", **changes}
    answer = admin.post(CUSTOMERS, json=body)
    assert answer.status_code == 201, answer.json
    return answer.json["customer"]


def signed_in(app: Flask, username: str = "dora") -> dict[str, str]:
    answer = app.test_client(use_cookies=False).post("/api/auth/local/login", json={
        "username": username, "password": "correct-horse"})
    assert answer.status_code == 200, answer.json
    return {"Authorization": f"Bearer {answer.json['token']}"}


def seen(app: Flask, headers: dict[str, str]) -> list[str] | int:
    answer = app.test_client().get(DEVICES, headers=headers)
    return [each["id"] for each in answer.json["devices"]] if answer.status_code == 200 else answer.status_code


def test_an_account_sees_its_clients_devices(app: Flask, admin: Caller) -> None:
    customer = made(admin)
    assert (customer["client_name"], customer["display_name"], customer["links"]) == ("Acme", "Dora Größe", [])
    headers = signed_in(app)
    assert seen(app, headers) == [DEVICE_ID]
    moved = admin.put(f"{CUSTOMERS}/{customer['id']}", json={"client_id": BETA}).json["customer"]
    assert moved["client_name"] == "Beta"
    assert seen(app, headers) == 401, "the sign-in was for another client"
    assert seen(app, signed_in(app)) == [DEVICE_OF_B_ID]


def test_whoever_registered_alone_waits_for_a_client(app: Flask, admin: Caller, nobody: Caller) -> None:
    nobody.post("/api/auth/local/register", json={"username": "emil", "email": "emil@example.com",
                                                  "password": "correct-horse"})
    assert seen(app, signed_in(app, "emil")) == 403
    waiting = admin.get(f"{CUSTOMERS}?without_client=true").json
    assert ([each["username"] for each in waiting["customers"]], waiting["total"]) == (["emil"], 1)
    admin.put(f"{CUSTOMERS}/{waiting['customers'][0]['id']}", json={"client_id": ACME})
    assert seen(app, signed_in(app, "emil")) == [DEVICE_ID]


def test_a_closed_account_is_out(app: Flask, admin: Caller) -> None:
    customer, headers = made(admin), signed_in(app)
    assert admin.put(f"{CUSTOMERS}/{customer['id']}", json={"is_active": False}).status_code == 200
    assert seen(app, headers) == 401


def test_the_list_is_searched(admin: Caller) -> None:
    made(admin)
    assert [each["username"] for each in admin.get(CUSTOMERS).json["customers"]] == ["dora", "carl"]
    assert admin.get(f"{CUSTOMERS}?search=dora größe").json["total"] == 1
    assert admin.get(f"{CUSTOMERS}?search=dora@").json["total"] == 1
    assert admin.get(f"{CUSTOMERS}?client_id={BETA}").json["customers"] == []
    assert admin.get(f"{CUSTOMERS}?limit=1&offset=1").json["customers"][0]["username"] == "carl"
    assert admin.get(f"{CUSTOMERS}?limit=0").status_code == 400


def test_what_is_wrong_is_told(admin: Caller) -> None:
    customer = made(admin)
    path = f"{CUSTOMERS}/{customer['id']}"
    for body, status, code in (
            ({"username": "Dora", "client_id": ACME}, 400, "DUPLICATE_ACCOUNT"),
            ({"username": "fritz", "client_id": ACME, "email": "DORA@example.com"}, 400, "DUPLICATE_ACCOUNT"),
            ({"username": "fritz", "client_id": 999}, 404, "CLIENT_NOT_FOUND"),
            ({"username": "fritz"}, 400, "VALIDATION_FAILED"), ({"username": "f", "client_id": 2}, 400,
                                                                "VALIDATION_FAILED"),
            ({"username": "fritz", "client_id": ACME, "password": "short"}, 400, "VALIDATION_FAILED")):
        answer = admin.post(CUSTOMERS, json=body)
        assert (answer.status_code, answer.json["error_code"]) == (status, code), body
    for body, status in (({}, 400), ({"email": "carl@example.com"}, 400), ({"client_id": 999}, 404)):
        assert admin.put(path, json=body).status_code == status, body
    assert admin.put(f"{CUSTOMERS}/{admin.user_id}", json={"client_id": ACME}).status_code == 404, "staff are elsewhere"
    assert admin.post(f"{CUSTOMERS}/{admin.user_id}/links", json={"subject": "x", "issuer": "y"}).status_code == 404


def test_joining_with_supabase(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    app = make_app(supabase_jwt_secret=SECRET)
    admin = Caller(app.test_client(use_cookies=False), cast["admin"])
    customer = made(admin, password=None)
    token = {"Authorization": f"Bearer {with_secret('dora-there')}"}
    path = f"{CUSTOMERS}/{customer['id']}/links"
    assert seen(app, token) == 403
    assert admin.post(path, json={"subject": "dora-there"}).status_code == 400, "nothing tells who issues"
    issuer = "http://project.example/auth/v1"
    joined = admin.post(path, json={"subject": "dora-there", "issuer": issuer})
    assert joined.json["customer"]["links"] == [{"issuer": issuer, "subject": "dora-there"}]
    assert seen(app, token) == [DEVICE_ID]
    for who, subject in ((customer["id"], "another"), (cast["customer"].user_id, "dora-there")):
        answer = admin.post(f"{CUSTOMERS}/{who}/links", json={"subject": subject, "issuer": issuer})
        assert (answer.status_code, answer.json["error_code"]) == (409, "ALREADY_LINKED")
    assert admin.delete(path).json["customer"]["links"] == []
    assert seen(app, token) == 401
    assert seen(app, {"Authorization": f"Bearer {with_secret('dora-there')}"}) in (401, 403)


def test_only_administrators_may(technician_a: Caller, viewer_a: Caller, customer: Caller, nobody: Caller) -> None:
    for caller, status in ((technician_a, 403), (viewer_a, 403), (customer, 403), (nobody, 401)):
        assert caller.get(CUSTOMERS).status_code == status
        assert caller.post(CUSTOMERS, json={"username": "x2", "client_id": ACME}).status_code == status
        assert caller.put(f"{CUSTOMERS}/1", json={"is_active": False}).status_code == status
        assert caller.post(f"{CUSTOMERS}/1/links", json={"subject": "x"}).status_code == status
        assert caller.delete(f"{CUSTOMERS}/1/links").status_code == status
