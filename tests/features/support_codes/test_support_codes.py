"""/api/support-codes: made, listed, deactivated, within each technician's scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from connectassist.core import ids
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.support_codes.models import SupportCode
from tests.cast import ACME, BETA, Caller

MakeCode = Callable[..., dict[str, Any]]


def codes_seen_by(who: Caller) -> list[str]:
    return [row["code"] for row in who.get("/api/support-codes").json["support_codes"]]


def set_code(app: Flask, digits: str, **values: Any) -> None:
    with app.app_context():
        db.session.execute(update(SupportCode).where(SupportCode.code == digits).values(**values))
        db.session.commit()


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


# -- making -----------------------------------------------------------------------------------------------------


def test_a_code_is_made_as_the_document_says(technician_a: Caller) -> None:
    made = technician_a.post("/api/support-codes", json={
        "customer_name": "John Smith", "notes": "Printer setup assistance", "expires_hours": 24}).json
    assert made["success"] is True
    assert ids.SUPPORT_CODE.fullmatch(made["support_code"])
    assert made["customer_name"] == "John Smith"
    assert made["client_package"]["created"] is True
    assert made["client_package"]["download_url"].startswith(f"/downloads/ConnectAssist-SUPP-{made['support_code']}-")
    life = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert life == timedelta(hours=24)


def test_the_pages_fields_are_kept(technician_a: Caller) -> None:
    technician_a.post("/api/support-codes", json={
        "customer_name": "Zoë", "customer_email": "zoe@example.com", "customer_phone": "+49 30 1",
        "session_notes": "first line\nsecond"})
    row = technician_a.get("/api/support-codes").json["support_codes"][0]
    assert (row["customer_email"], row["customer_phone"]) == ("zoe@example.com", "+49 30 1")
    assert row["notes"] == row["session_notes"] == "first line\nsecond"
    assert (row["status"], row["downloads"], row["technician_name"]) == ("active", 0, "Tina Acme")


def test_without_a_payload_no_package_is_promised(make_app: Callable[..., Flask], cast: dict, tmp_path: Path) -> None:
    technician = Caller(make_app(payloads=tmp_path / "none").test_client(), cast["technician_a"])
    made = technician.post("/api/support-codes", json={"customer_name": "John"}).json
    assert made["success"] is True
    assert made["client_package"] == {"created": False, "download_url": None}


@pytest.mark.parametrize(("order", "field"), [
    ({}, "customer_name"), ({"customer_name": ""}, "customer_name"), ({"customer_name": " \t"}, "customer_name"),
    ({"customer_name": None}, "customer_name"), ({"customer_name": ["x"]}, "customer_name"),
    ({"customer_name": "x" * 121}, "customer_name"), ({"customer_name": "x", "expires_hours": 0}, "expires_hours"),
    ({"customer_name": "x", "expires_hours": 169}, "expires_hours"),
    ({"customer_name": "x", "expires_hours": "soon"}, "expires_hours"),
    ({"customer_name": "x", "notes": "n" * 2001}, "notes"),
    ({"customer_name": "x", "client_id": "'; drop table clients"}, "client_id"),
])
def test_a_wrong_order_is_refused_and_names_the_field(technician_a: Caller, order: dict, field: str) -> None:
    answer = technician_a.post("/api/support-codes", json=order)
    assert answer.status_code == 400
    assert answer.json["error_code"] == "VALIDATION_FAILED"
    assert field in answer.json["fields"]
    assert codes_seen_by(technician_a) == []


@pytest.mark.parametrize("hours", [1, 168])
def test_the_longest_and_the_shortest_life(make_code: MakeCode, hours: int) -> None:
    made = make_code(expires_hours=hours)
    life = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert life == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "'; DROP TABLE support_codes; --", "{{7*7}}", "😀 日本"])
def test_hostile_names_are_only_text(make_code: MakeCode, technician_a: Caller, name: str) -> None:
    assert make_code(customer_name=name)["customer_name"] == name
    assert technician_a.get("/api/support-codes").json["support_codes"][0]["customer_name"] == name


def test_control_and_direction_characters_become_spaces(make_code: MakeCode) -> None:
    assert make_code(customer_name="a\0b\x1b[31m\r\nc\u202ed")["customer_name"] == "a b [31m c d"


def test_nulls_mean_nothing_was_said(make_code: MakeCode) -> None:
    made = make_code(notes=None, session_notes=None, customer_email=None, expires_hours=None, client_id=None)
    assert datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"]) == timedelta(days=1)


def test_taken_digits_are_drawn_again(make_code: MakeCode, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["000111", "000111", "000111", "000222"])
    monkeypatch.setattr(ids, "support_code", lambda: next(drawn))
    assert [make_code()["support_code"], make_code()["support_code"]] == ["000111", "000222"]


def test_an_expired_codes_digits_are_free_again(app: Flask, make_code: MakeCode,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "support_code", lambda: "123123")
    make_code()
    set_code(app, "123123", expires_at=long_ago())
    assert make_code()["support_code"] == "123123"


def test_when_no_digits_are_free_it_says_so(technician_a: Caller, make_code: MakeCode,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "support_code", lambda: "123123")
    make_code()
    answer = technician_a.post("/api/support-codes", json={"customer_name": "x"})
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")


def test_a_code_belongs_to_the_makers_client(make_code: MakeCode) -> None:
    assert make_code()["client_id"] == ACME
    assert make_code(client_id=ACME)["client_id"] == ACME


def test_another_client_is_unknown_to_a_technician(technician_a: Caller, admin: Caller) -> None:
    order = {"customer_name": "x", "client_id": BETA}
    assert technician_a.post("/api/support-codes", json=order).status_code == 404
    assert admin.post("/api/support-codes", json=order).json["client_id"] == BETA


# -- listing ----------------------------------------------------------------------------------------------------


def test_only_active_codes_of_ones_own_clients_are_listed(app: Flask, make_code: MakeCode, admin: Caller,
                                                          viewer_a: Caller, technician_b: Caller) -> None:
    older, expired, newer = (make_code()["support_code"] for _ in range(3))
    set_code(app, expired, expires_at=long_ago())
    assert codes_seen_by(viewer_a) == codes_seen_by(admin) == [newer, older]
    assert codes_seen_by(technician_b) == []


def test_a_list_has_a_limit(make_code: MakeCode, technician_a: Caller) -> None:
    made = [make_code()["support_code"] for _ in range(3)]
    found = technician_a.get("/api/support-codes?limit=2&offset=1").json
    assert [row["code"] for row in found["support_codes"]] == [made[1], made[0]]
    assert found["total"] == 3
    assert technician_a.get("/api/support-codes?limit=501").status_code == 400
    assert technician_a.get("/api/support-codes?limit=").status_code == 200


def test_a_long_list_takes_no_more_queries(app: Flask, make_code: MakeCode, technician_a: Caller) -> None:
    def queries() -> int:
        counted: list[str] = []
        with app.app_context():
            engine = db.engine

        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            counted.append(statement)
        event.listen(engine, "before_cursor_execute", count)
        technician_a.get("/api/support-codes")
        event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    make_code()
    few = queries()
    for _ in range(10):
        make_code()
    assert 0 < few == queries()


# -- deactivating -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["", "-", "%20", "."])
def test_a_code_is_deactivated_however_it_is_written(technician_a: Caller, code: str, between: str) -> None:
    answer = technician_a.delete(f"/api/support-codes/{code[:3]}{between}{code[3:]}")
    assert answer.json == {"success": True, "message": f"Support code {code} deactivated"}
    assert codes_seen_by(technician_a) == []


def test_a_deactivated_code_is_gone(technician_a: Caller, nobody: Caller, code: str) -> None:
    technician_a.delete(f"/api/support-codes/{code}")
    assert technician_a.delete(f"/api/support-codes/{code}").status_code == 404
    assert nobody.post("/api/customer/installer", json={"support_code": code}).status_code == 400


@pytest.mark.parametrize("path", ["000000", "abc", "1%27%20or%201=1--", "..%2f..%2fetc", "1" * 5000, "%00"])
def test_an_unknown_code_is_not_found(technician_a: Caller, path: str) -> None:
    answer = technician_a.delete(f"/api/support-codes/{path}")
    assert (answer.status_code, answer.json["error_code"]) == (404, "NOT_FOUND")


# -- who may ----------------------------------------------------------------------------------------------------


def test_another_client_can_neither_see_nor_deactivate(technician_b: Caller, technician_a: Caller, code: str) -> None:
    assert technician_b.delete(f"/api/support-codes/{code}").status_code == 404
    assert codes_seen_by(technician_a) == [code]


def test_a_viewer_only_looks(viewer_a: Caller, code: str) -> None:
    assert viewer_a.get("/api/support-codes").status_code == 200
    assert viewer_a.post("/api/support-codes", json={"customer_name": "x"}).status_code == 403
    assert viewer_a.delete(f"/api/support-codes/{code}").status_code == 403


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("device", 401), ("customer", 403)])
def test_others_may_nothing(as_member: Callable[[str], Caller], code: str, who: str, status: int) -> None:
    caller = as_member(who)
    answers = (caller.get("/api/support-codes"), caller.delete(f"/api/support-codes/{code}"),
               caller.post("/api/support-codes", json={"customer_name": "x"}))
    assert [answer.status_code for answer in answers] == [status] * 3


def test_each_change_is_audited(app: Flask, technician_a: Caller, code: str) -> None:
    technician_a.delete(f"/api/support-codes/{code}")
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.category == "support_code")).all()
        assert [(e.action, e.actor_name, e.client_id) for e in entries] == [
            ("support_code.create", "Tina Acme", ACME), ("support_code.deactivate", "Tina Acme", ACME)]
