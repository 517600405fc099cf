"""/api/clients: contract 000's rows, names and slugs, who sees which, and what can't be deleted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import event, select

from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.clients import names
from connectassist.features.enrollment.models import EnrollmentToken
from connectassist.identity.models import StaffClient
from tests.cast import ACME, BETA, Caller

ROW = {"id", "name", "slug", "contact_name", "contact_email", "notes", "created_at", "updated_at"}


def make(admin: Caller, name: str = "Gamma Ltd", **more: object) -> dict:
    answer = admin.post("/api/clients", json={"name": name, **more})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_the_list_is_a_bare_array_by_name(admin: Caller, technician_a: Caller, viewer_a: Caller) -> None:
    make(admin, "Aardvark")
    assert [each["name"] for each in admin.get("/api/clients").json] == ["Aardvark", "Acme", "Beta", "Default"]
    for caller in (technician_a, viewer_a):
        assert [each["slug"] for each in caller.get("/api/clients").json] == ["acme"]
    row = admin.get("/api/clients").json[-1]
    assert row.keys() >= ROW
    assert (row["id"], row["slug"], row["updated_at"]) == (1, "default", None)


def test_the_list_counts_devices_and_people(admin: Caller) -> None:
    found = {each["name"]: (each["device_count"], each["staff_count"]) for each in admin.get("/api/clients").json}
    assert found == {"Acme": (1, 2), "Beta": (1, 1), "Default": (0, 1)}


def test_the_list_can_be_searched(admin: Caller) -> None:
    make(admin, "100% Sure", contact_email="jane@sure.example")
    for words in ("100%", "SURE", "jane@"):
        found = admin.get("/api/clients", query_string={"search": words}).json
        assert [each["name"] for each in found] == ["100% Sure"]
    assert admin.get("/api/clients?search=%25%25").json == []
    assert len(admin.get("/api/clients?limit=2&offset=1").json) == 2
    assert admin.get("/api/clients?limit=0").status_code == 400


def test_a_list_of_many_takes_no_more_queries(app: Flask, admin: Caller) -> None:
    def queries() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        admin.get("/api/clients")
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    before = queries()
    for number in range(8):
        make(admin, f"Client {number}")
    assert queries() == before


def test_making_one_answers_the_whole_row(admin: Caller) -> None:
    row = make(admin, "  Acme\x00 Corp\t", contact_name="Jane", contact_email="jane@acme.com", notes="a\x1b[2J\nb")
    assert row.keys() >= ROW
    assert (row["name"], row["slug"], row["contact_name"]) == ("Acme Corp", "acme-corp", "Jane")
    assert row["notes"] == "a[2J\nb"
    assert admin.get(f"/api/clients/{row['id']}").json == row


SLUGS = [("中文", "client"), ("Müller & Söhne", "muller-sohne"), ("<script>alert(1)</script>", "script-alert-1-script"),
    ("🙂", "client"), ("../../etc", "etc"), ("-", "client"), ("x" * 120, "x" * 100), ("a中b", "a-b")]


def test_every_name_has_a_slug(admin: Caller) -> None:
    for name, slug in SLUGS:
        row = make(admin, name)
        assert (row["name"], row["slug"]) == (name, slug)
        admin.delete(f"/api/clients/{row['id']}")


def test_slugs_are_never_shared(admin: Caller) -> None:
    found = [make(admin, name)["slug"] for name in ("中文", "日本語", "a b", "a-b", "a.b", "Default!")]
    assert found == ["client", "client-2", "a-b", "a-b-2", "a-b-3", "default-2"]


def test_a_name_is_taken_in_any_case(admin: Caller) -> None:
    for name in ("acme", "ACME", " Acme ", "Acme\u200b"):
        answer = admin.post("/api/clients", json={"name": name})
        assert (answer.status_code, answer.json["error_code"]) == (400, "DUPLICATE_CLIENT")


def test_a_name_is_taken_however_it_is_written(admin: Caller) -> None:
    make(admin, "Café Straße")
    for name in ("CAFE\u0301 STRASSE", "cafe\u0301 straße"):
        assert admin.post("/api/clients", json={"name": name}).json["error_code"] == "DUPLICATE_CLIENT"
    assert names.key("I") != names.key("İ")


NO_CLIENTS = [
    {}, {"name": ""}, {"name": "   "}, {"name": "\x00\x00"}, {"name": None}, {"name": 7}, {"name": ["a"]},
    {"name": {"a": 1}}, {"name": "x" * 121}, {"name": "x" * 900_000}, {"name": "ok", "contact_email": "no"},
    {"name": "ok", "notes": 5}, {"name": "ok", "contact_name": "x" * 121}, [], "text", None]


def test_what_is_no_client(admin: Caller) -> None:
    for body in NO_CLIENTS:
        answer = admin.post("/api/clients", json=body)
        assert (answer.status_code, answer.json["success"]) == (400, False), body
    assert len(admin.get("/api/clients").json) == 3


def test_twenty_at_once_make_one(app: Flask, cast: dict) -> None:
    def post(_: int) -> int:
        return app.test_client().post("/api/clients", json={"name": "Racer"}, headers=cast["admin"].headers).status_code

    with ThreadPoolExecutor(20) as pool:
        found = sorted(pool.map(post, range(20)))
    assert found == [201] + [400] * 19


def test_different_names_with_one_slug_at_once_all_come(app: Flask, cast: dict) -> None:
    def post(number: int) -> tuple[int, str]:
        answer = app.test_client().post("/api/clients", json={"name": chr(0x4E00 + number)},
                                        headers=cast["admin"].headers)
        return answer.status_code, answer.json.get("slug", "")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(post, range(8)))
    assert {status for status, _ in found} == {201}
    assert len({slug for _, slug in found}) == 8


def test_changing_keeps_the_slug(admin: Caller) -> None:
    row = make(admin)
    changed = {"name": "Gamma Holding", "contact_email": "new@gamma.com", "notes": ""}
    assert admin.patch(f"/api/clients/{row['id']}", json=changed).json == {"success": True}
    found = admin.get(f"/api/clients/{row['id']}").json
    assert (found["name"], found["slug"], found["contact_email"]) == ("Gamma Holding", "gamma-ltd", "new@gamma.com")
    assert found["notes"] is None and found["updated_at"]
    assert admin.patch(f"/api/clients/{row['id']}", json={"name": "GAMMA HOLDING"}).status_code == 200, "only the case"
    assert make(admin, "Gamma Ltd")["slug"] == "gamma-ltd-2", "the old name is free again"


CHANGES = [({}, 400), ({"slug": "other"}, 400), ({"name": None}, 400), ({"name": " "}, 400), ({"name": "beta"}, 400),
           ({"contact_email": "x"}, 400), ({"contact_name": None}, 200)]


def test_what_can_be_changed(admin: Caller) -> None:
    for body, status in CHANGES:
        assert admin.patch(f"/api/clients/{ACME}", json=body).status_code == status, body
    assert admin.get(f"/api/clients/{ACME}").json["slug"] == "acme"


def test_one_is_told_apart_by_scope(technician_a: Caller, viewer_a: Caller, admin: Caller) -> None:
    for caller in (technician_a, viewer_a):
        assert caller.get(f"/api/clients/{ACME}").status_code == 200
        assert caller.get(f"/api/clients/{BETA}").status_code == 403
        assert caller.get("/api/clients/999").status_code == 404
    assert admin.get(f"/api/clients/{BETA}").status_code == 200
    assert admin.get("/api/clients/99999999999999999999").status_code == 404


def test_in_the_dialect_of_its_own_clients(admin: Caller) -> None:
    assert admin.get("/pocket-it/api/clients/999").json == {"error": "Client not found"}
    assert admin.post("/pocket-it/api/clients", json={"name": "acme"}).json == {
        "error": "A client of that name exists already"}


def test_an_empty_client_can_go_with_its_tokens_and_assignments(app: Flask, admin: Caller,
                                                                technician_a: Caller) -> None:
    row = make(admin)
    assert admin.post(f"/api/clients/{row['id']}/users", json={"user_id": technician_a.user_id}).status_code == 200
    with app.app_context():
        db.session.add(EnrollmentToken(token_hash="0" * 64, hint="00000000", client_id=row["id"],
                                       expires_at=clock.now()))
        db.session.commit()
    assert admin.delete(f"/api/clients/{row['id']}").json == {"success": True}
    assert admin.get(f"/api/clients/{row['id']}").status_code == 404
    assert [each["id"] for each in technician_a.get("/api/clients").json] == [ACME]
    with app.app_context():
        assert db.session.scalar(select(EnrollmentToken.id)) is None
        assert db.session.scalar(select(StaffClient.user_id).where(StaffClient.client_id == row["id"])) is None


def test_a_client_with_devices_stays(admin: Caller) -> None:
    answer = admin.delete(f"/api/clients/{ACME}")
    assert (answer.status_code, answer.json["error_code"]) == (400, "CLIENT_IN_USE")
    assert answer.json["holds"][0] == "devices"
    assert "devices" in answer.json["error"]
    assert admin.get(f"/api/clients/{ACME}").status_code == 200


def test_a_client_with_a_history_stays(admin: Caller, technician_a: Caller, as_member: Callable) -> None:
    technician_a.post("/api/support-codes", json={"customer_name": "John", "client_id": ACME})
    assert technician_a.delete(f"/api/devices/{as_member('device').device_id}").status_code == 200
    answer = admin.delete(f"/api/clients/{ACME}")
    assert answer.status_code == 400
    assert "support codes" in answer.json["error"] and "customer accounts" in answer.json["error"]


def test_the_default_client_stays(admin: Caller) -> None:
    answer = admin.delete("/api/clients/1")
    assert (answer.status_code, answer.json["error_code"]) == (400, "CLIENT_IN_USE")
    assert admin.delete("/api/clients/999").status_code == 404


def test_staff_are_assigned_and_taken_away(admin: Caller, technician_b: Caller) -> None:
    path = f"/api/clients/{ACME}/users"
    assert {each["username"] for each in admin.get(path).json} == {"tina", "vera"}
    assert admin.post(path, json={"user_id": technician_b.user_id}).json == {"success": True}
    row = next(each for each in admin.get(path).json if each["username"] == "bert")
    assert row.keys() >= {"id", "username", "display_name", "role", "assigned_at"} and row["assigned_at"]
    assert technician_b.get(f"/api/clients/{ACME}").status_code == 200
    assert admin.post(path, json={"user_id": technician_b.user_id}).json["error_code"] == "ALREADY_ASSIGNED"
    assert admin.delete(f"{path}/{technician_b.user_id}").json == {"success": True}
    assert technician_b.get(f"/api/clients/{ACME}").status_code == 403
    assert admin.delete(f"{path}/{technician_b.user_id}").status_code == 404


UNASSIGNABLE = [
    (ACME, {}, 400), (ACME, {"user_id": None}, 400), (ACME, {"user_id": "x"}, 400), (ACME, {"user_id": True}, 400),
    (ACME, {"user_id": 0}, 400), (ACME, {"user_id": 10**18}, 400), (ACME, {"user_id": 999}, 404),
    (999, {"user_id": 1}, 404)]


def test_who_cannot_be_assigned(admin: Caller, customer: Caller) -> None:
    for client, body, status in [*UNASSIGNABLE, (ACME, {"user_id": customer.user_id}, 404)]:
        assert admin.post(f"/api/clients/{client}/users", json=body).status_code == status, body


def test_it_is_all_in_the_audit_log(app: Flask, admin: Caller, technician_b: Caller) -> None:
    row = make(admin)
    path = f"/api/clients/{row['id']}"
    admin.patch(path, json={"notes": "x"})
    admin.post(f"{path}/users", json={"user_id": technician_b.user_id})
    admin.delete(f"{path}/users/{technician_b.user_id}")
    admin.delete(path)
    with app.app_context():
        found = db.session.scalars(select(AuditEntry.action).where(AuditEntry.client_id == row["id"]))
        assert list(found) == [f"client.{verb}" for verb in ("create", "change", "assign", "unassign", "delete")]
