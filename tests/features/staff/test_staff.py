"""/api/admin/users, stats and one's own account: contract 000's rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient

from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.devices.models import Device
from connectassist.features.tickets.models import Ticket
from connectassist.identity.models import LinkedIdentity
from tests.cast import ACME, BETA, PASSWORD, Caller, Member

NEW = {"username": "tech-user", "password": "secure-password", "display_name": "Tech User", "role": "technician"}
ROW = {"id", "username", "display_name", "role", "created_at", "last_login", "totp_enabled", "backup_code_count"}


def make(admin: Caller, **changes: object) -> dict:
    answer = admin.post("/api/admin/users", json={**NEW, **changes})
    assert answer.status_code == 201, answer.json
    return answer.json


def sign_in(client: FlaskClient, username: str, password: str):
    return client.post("/api/admin/login", json={"username": username, "password": password})


def test_the_list_is_of_staff_alone(admin: Caller) -> None:
    found = admin.get("/api/admin/users").json
    assert {each["username"] for each in found} == {"admin", "tina", "bert", "vera"}
    assert all(each.keys() >= ROW for each in found)
    assert next(each for each in found if each["username"] == "tina")["clients"] == [{"id": ACME, "name": "Acme"}]


def test_making_one(admin: Caller, client: FlaskClient) -> None:
    row = make(admin, display_name="Tech\x00 \u202eUser")
    assert (row["username"], row["role"], row["display_name"], row["clients"]) == (
        "tech-user", "technician", "Tech User", [])
    answer = sign_in(client, "tech-user", "secure-password")
    assert answer.json["clients"] == [], "no client access until somebody assigns one"
    assert make(admin, username="second", client_ids=[ACME, BETA, ACME])["clients"] == [
        {"id": ACME, "name": "Acme"}, {"id": BETA, "name": "Beta"}]
    assert admin.post("/api/admin/users", json={"username": "third", "password": "secure-password"}
                      ).json["role"] == "technician"


NO_STAFF = [
    {"username": ""}, {"password": ""}, {"username": None}, {"password": None}, {"username": "tina"},
    {"username": "TINA"}, {"username": "tina@example.com"}, {"username": "a b"}, {"username": "x" * 81},
    {"username": "<b>x</b>"}, {"username": "x\x00y"}, {"role": "superadmin"}, {"role": "customer"}, {"role": ""},
    {"role": ["admin"]}, {"password": "short"}, {"password": "x" * 257}, {"email": "tina@example.com"},
    {"email": "no"}, {"client_ids": [999]}, {"client_ids": "all"}, {"client_ids": [10**18]},
    {"display_name": "x" * 121}]


def test_who_cannot_be_made(admin: Caller) -> None:
    for changes in NO_STAFF:
        answer = admin.post("/api/admin/users", json={**NEW, **changes})
        assert answer.status_code == 400, changes
    assert len(admin.get("/api/admin/users").json) == 4


def test_changing_one(admin: Caller, client: FlaskClient) -> None:
    user_id = make(admin)["id"]
    changes = {"display_name": "Tess", "role": "viewer", "email": "tess@example.com", "client_ids": [BETA]}
    answer = admin.put(f"/api/admin/users/{user_id}", json=changes).json
    assert (answer["success"], answer["display_name"], answer["role"], answer["email"]) == (
        True, "Tess", "viewer", "tess@example.com")
    assert answer["clients"] == [{"id": BETA, "name": "Beta"}]
    again = admin.put(f"/api/admin/users/{user_id}", json={"client_ids": [ACME, BETA]}).json
    assert [each["id"] for each in again["clients"]] == [ACME, BETA]


CHANGES = [
    ({}, 400), ({"role": "root"}, 400), ({"role": None}, 400), ({"email": "vera@example.com"}, 400),
    ({"email": "vera"}, 400), ({"client_ids": [999]}, 400), ({"password": "short"}, 400), ({"is_active": "maybe"}, 400),
    ({"username": "other"}, 400), ({"email": ""}, 200), ({"email": "tina@example.com"}, 200)]


def test_what_can_be_changed(admin: Caller, technician_a: Caller) -> None:
    for body, status in CHANGES:
        answer = admin.put(f"/api/admin/users/{technician_a.user_id}", json=body)
        assert answer.status_code == status, body


def test_customers_and_strangers_are_no_staff(admin: Caller, customer: Caller) -> None:
    for user_id in (customer.user_id, 999):
        assert admin.put(f"/api/admin/users/{user_id}", json={"role": "admin"}).status_code == 404
        assert admin.delete(f"/api/admin/users/{user_id}").status_code == 404
        assert admin.delete(f"/api/admin/users/{user_id}/links").status_code == 404


def test_a_closed_account_ends_at_once_and_comes_back_signed_out(admin: Caller, technician_a: Caller,
                                                                 client: FlaskClient) -> None:
    assert admin.delete(f"/api/admin/users/{technician_a.user_id}").json["success"] is True
    assert technician_a.get("/api/devices").status_code == 401
    assert sign_in(client, "tina", PASSWORD).status_code == 401
    desk = {each["username"]: each["is_active"] for each in admin.get("/api/admin/users").json}
    assert desk["tina"] is False
    assert "tina" not in {each["username"] for each in admin.get("/pocket-it/api/admin/users").json}
    assert admin.put(f"/api/admin/users/{technician_a.user_id}", json={"is_active": True}).status_code == 200
    assert technician_a.get("/api/devices").status_code == 401
    assert sign_in(client, "tina", PASSWORD).status_code == 200


def test_a_new_password_ends_the_sign_ins(admin: Caller, technician_a: Caller, client: FlaskClient) -> None:
    assert admin.put(f"/api/admin/users/{technician_a.user_id}", json={"password": "another-long-1"}).status_code == 200
    assert technician_a.get("/api/devices").status_code == 401
    assert sign_in(client, "tina", "another-long-1").status_code == 200


def test_somebody_must_remain_who_can_administer(admin: Caller) -> None:
    me = f"/api/admin/users/{admin.user_id}"
    for change in ({"role": "technician"}, {"is_active": False}):
        answer = admin.put(me, json=change)
        assert (answer.status_code, answer.json["error_code"]) == (400, "LAST_ADMIN")
    assert admin.delete(me).status_code == 400
    assert admin.get("/api/admin/users").status_code == 200
    make(admin, role="admin")
    assert admin.put(me, json={"role": "technician"}).status_code == 200
    assert admin.get("/api/admin/users").status_code == 403


def test_two_administrators_cannot_close_each_other(app: Flask, admin: Caller, cast: dict[str, Member]) -> None:
    other = make(admin, role="admin")["id"]
    token = sign_in(app.test_client(), "tech-user", "secure-password").json["token"]
    calls = [(other, cast["admin"].headers), (admin.user_id, {"Authorization": f"Bearer {token}"})]

    def close(call: tuple) -> int:
        return app.test_client().delete(f"/api/admin/users/{call[0]}", headers=call[1]).status_code

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(close, calls))
    assert found[0] == 200 and found[1] in (400, 401)


def test_a_link_with_a_provider_can_be_undone(app: Flask, admin: Caller, technician_a: Caller) -> None:
    with app.app_context():
        db.session.add(LinkedIdentity(issuer="https://id.example", subject="1", user_id=technician_a.user_id))
        db.session.commit()
    linked = {each["username"] for each in admin.get("/api/admin/users").json if each["linked"]}
    assert linked == {"tina"}
    assert admin.delete(f"/api/admin/users/{technician_a.user_id}/links").status_code == 200
    assert not [each for each in admin.get("/api/admin/users").json if each["linked"]]


def test_who_did_it_is_in_the_audit_log(app: Flask, admin: Caller) -> None:
    user_id = make(admin)["id"]
    admin.put(f"/api/admin/users/{user_id}", json={"password": "another-long-1", "role": "viewer"})
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="account.change").one()
        assert entry.user_id == admin.user_id
        assert entry.message == "Account tech-user changed: password, role"
        assert "another-long-1" not in str(entry.details)


def test_the_figures(app: Flask, admin: Caller, technician_a: Caller, technician_b: Caller) -> None:
    assert admin.get("/api/admin/stats").json == {
        "totalDevices": 2, "onlineDevices": 0, "openTickets": 0, "totalTickets": 0, "averageHealth": None,
        "criticalDevices": 0}
    with app.app_context():
        for number, score in enumerate((100, 39, 40, None)):
            db.session.add(Device(device_id=f"d{number}", client_id=ACME, health_score=score))
        for status in ("open", "in_progress", "resolved", "closed"):
            db.session.add(Ticket(client_id=ACME, title="x", status=status))
        db.session.commit()
    hers = technician_a.get("/api/admin/stats").json
    assert (hers["totalDevices"], hers["averageHealth"], hers["criticalDevices"]) == (5, 60, 1)
    assert (hers["openTickets"], hers["totalTickets"]) == (2, 4)
    assert technician_b.get("/api/admin/stats").json["totalTickets"] == 0
    assert admin.get("/api/admin/stats").json["totalDevices"] == 6


def test_ones_own_profile(technician_a: Caller) -> None:
    assert technician_a.get("/api/admin/user/profile").json["display_name"] == "Tina Acme"
    answer = technician_a.put("/api/admin/user/profile", json={"display_name": "Tina A.", "role": "admin"})
    assert (answer.status_code, answer.json["display_name"], answer.json["role"]) == (200, "Tina A.", "technician")
    assert technician_a.put("/api/admin/user/profile", json={"email": "bert@example.com"}).status_code == 400


def test_ones_own_password(app: Flask, technician_a: Caller, client: FlaskClient) -> None:
    other = sign_in(client, "tina", PASSWORD).json["token"]
    change = {"currentPassword": PASSWORD, "newPassword": "another-long-1"}
    wrong = technician_a.put("/api/admin/user/password", json={**change, "currentPassword": "wrong"})
    assert (wrong.status_code, wrong.json["error_code"]) == (400, "WRONG_PASSWORD")
    assert technician_a.put("/api/admin/user/password", json={**change, "newPassword": "short"}).status_code == 400
    assert technician_a.put("/api/admin/user/password", json=change).json == {"success": True}
    assert technician_a.get("/api/devices").status_code == 200, "this sign-in goes on"
    assert client.get("/api/devices", headers={"Authorization": f"Bearer {other}"}).status_code == 401
    assert sign_in(client, "tina", PASSWORD).status_code == 401
    assert sign_in(client, "tina", "another-long-1").status_code == 200


def test_guessing_the_current_password_is_limited(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    caller = Caller(make_app(rate_limits="on").test_client(), cast["technician_a"])
    body = {"currentPassword": "wrong", "newPassword": "another-long-1"}
    found = [caller.put("/api/admin/user/password", json=body).status_code for _ in range(6)]
    assert found == [400] * 5 + [429]


def test_preferences_are_kept_for_each(technician_a: Caller, technician_b: Caller) -> None:
    assert technician_a.get("/api/admin/user/preferences").json == {}
    mine = {"theme": "dark", "defaultPage": "devices", "itemsPerPage": 50, "dateFormat": "DD.MM.YYYY",
            "timezone": "Europe/Berlin"}
    assert technician_a.put("/api/admin/user/preferences", json=mine).json == mine
    assert technician_a.put("/api/admin/user/preferences", json={"theme": "light"}).json == {**mine, "theme": "light"}
    assert technician_a.get("/api/admin/user/preferences").json["theme"] == "light"
    assert technician_b.get("/api/admin/user/preferences").json == {}
    assert technician_a.get("/api/preferences").status_code == 200
    for body in ({"theme": "x" * 100}, {"itemsPerPage": 0}, {"itemsPerPage": "many"}, {"theme": []},
                 {"itemsPerPage": 10**9}, ["theme"]):
        assert technician_a.put("/api/admin/user/preferences", json=body).status_code == 400, body
