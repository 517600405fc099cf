"""Notes and fields of devices and clients, and what happened to a device."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from connectassist.core import audit
from connectassist.core.db import db
from connectassist.features.annotations import queries
from connectassist.identity import principal
from tests.attacks.nasty import TEXTS
from tests.cast import ACME, BETA, Caller

HOSTILE = "<script>alert(1)</script>\x1b[31m\x00\u202e"


@pytest.fixture(params=["device", "client"])
def about(request: pytest.FixtureRequest, device: Caller) -> str:
    """The address of something of client A's."""
    return f"/api/devices/{device.device_id}" if request.param == "device" else f"/api/clients/{ACME}"


def test_a_note_is_written_read_and_deleted(about: str, technician_a: Caller, viewer_a: Caller) -> None:
    made = technician_a.post(f"{about}/notes", json={"content": "  Ask for Ann\nfirst.  "})
    assert made.status_code == 201
    assert made.json["content"] == "Ask for Ann\nfirst." and made.json["author"] == "Tina Acme"
    technician_a.post(f"{about}/notes", json={"content": "Second"})
    shown = viewer_a.get(f"{about}/notes").json
    assert [each["content"] for each in shown] == ["Second", "Ask for Ann\nfirst."], "newest first"
    assert technician_a.delete(f"{about}/notes/{made.json['id']}").json == {"success": True}
    assert technician_a.delete(f"{about}/notes/{made.json['id']}").status_code == 404
    assert len(viewer_a.get(f"{about}/notes").json) == 1


def test_a_note_that_is_none(about: str, technician_a: Caller) -> None:
    for content in ("", "  \n ", "\x00\x1b", None, 7, ["a"], {"a": 1}, "x" * 10_001):
        answer = technician_a.post(f"{about}/notes", json={"content": content})
        assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED"), content
    assert technician_a.get(f"{about}/notes").json == []


def test_fields_are_set_changed_and_deleted(about: str, technician_a: Caller, viewer_a: Caller) -> None:
    answer = technician_a.put(f"{about}/custom-fields", json={"fields": {"Asset": "A-17", "Floor": 3, "Empty": None}})
    assert [each["field_name"] for each in answer.json["fields"]] == ["Asset", "Empty", "Floor"]
    technician_a.put(f"{about}/custom-fields", json={"fields": {"Floor": "4", "Room / desk": "12"}})
    shown = {each["field_name"]: each for each in viewer_a.get(f"{about}/custom-fields").json}
    assert {name: each["field_value"] for name, each in shown.items()} == {
        "Asset": "A-17", "Empty": "", "Floor": "4", "Room / desk": "12"}
    assert shown["Floor"]["updated_by"] == "Tina Acme" and shown["Floor"]["updated_at"].endswith("Z")
    assert technician_a.delete(f"{about}/custom-fields/Room / desk").status_code == 200
    assert technician_a.delete(f"{about}/custom-fields/Room / desk").status_code == 404
    assert len(viewer_a.get(f"{about}/custom-fields").json) == 3


def test_fields_that_are_none(about: str, technician_a: Caller) -> None:
    for given in (None, [], {}, "text", {"": "x"}, {" \x00": "x"}, {"n" * 81: "x"}, {"a": []}, {"a": {"b": 1}},
                  {"a": "x" * 1001}, {str(n): "x" for n in range(101)}):
        answer = technician_a.put(f"{about}/custom-fields", json={"fields": given})
        assert answer.status_code == 400 and answer.json["error"], given
    assert technician_a.get(f"{about}/custom-fields").json == []


def test_viewers_read_only_and_the_other_tenant_finds_nothing(
        about: str, viewer_a: Caller, technician_b: Caller, customer: Caller, nobody: Caller) -> None:
    for method, path, body in (("POST", "notes", {"content": "x"}), ("DELETE", "notes/1", None),
                               ("PUT", "custom-fields", {"fields": {"a": "b"}}), ("DELETE", "custom-fields/a", None)):
        found = [caller.open(method, f"{about}/{path}", json=body).status_code
                 for caller in (viewer_a, technician_b, customer, nobody)]
        assert found == [403, 404, 403, 401], (method, path)


def test_numbers_beyond_the_database_are_not_found(technician_a: Caller, admin: Caller, device: Caller) -> None:
    far = 10 ** 30
    assert technician_a.delete(f"/api/devices/{device.device_id}/notes/{far}").status_code == 404
    assert admin.get(f"/api/clients/{far}/notes").status_code == 404
    assert admin.get("/api/clients/999/notes").status_code == 404
    assert admin.get("/api/devices/unknown/notes").status_code == 404


def test_a_note_of_something_else_is_not_deleted_by_the_way(technician_a: Caller, admin: Caller,
                                                            device: Caller) -> None:
    note_id = technician_a.post(f"/api/clients/{ACME}/notes", json={"content": "x"}).json["id"]
    assert technician_a.delete(f"/api/devices/{device.device_id}/notes/{note_id}").status_code == 404
    assert admin.delete(f"/api/clients/{BETA}/notes/{note_id}").status_code == 404
    assert len(technician_a.get(f"/api/clients/{ACME}/notes").json) == 1


def test_hostile_text_comes_back_as_text(about: str, technician_a: Caller) -> None:
    for text in (HOSTILE, *TEXTS):
        assert technician_a.post(f"{about}/notes", json={"content": text}).status_code in (201, 400)
        fields = {f"a{text}"[:80]: text[:1000]}
        assert technician_a.put(f"{about}/custom-fields", json={"fields": fields}).status_code == 200
    for kept in (technician_a.get(f"{about}/notes").json, technician_a.get(f"{about}/custom-fields").json):
        assert not {"\x00", "\x1b", "\u202e"} & set(json.dumps(kept, ensure_ascii=False))


def test_the_newest_two_hundred_notes_are_shown(app: Flask, technician_a: Caller, device: Caller) -> None:
    from connectassist.features.annotations.models import Note
    with app.app_context():
        db.session.add_all([Note(device_id=device.device_id, author="x", content=str(n)) for n in range(205)])
        db.session.commit()
        assert len(queries.notes_of_device(device.device_id)) == 200
    shown = technician_a.get(f"/api/devices/{device.device_id}/notes").json
    assert (len(shown), shown[0]["content"]) == (200, "204")


@pytest.fixture
def past(app: Flask, device: Caller) -> Callable[..., None]:
    """Write into the audit log of client A's device."""
    def write(action: str, message: str, *, client_id: int | None = ACME, **details: object) -> None:
        with app.app_context():
            audit.record(principal.system(), action, message, client_id=client_id, device_id=device.device_id,
                         **details)
            db.session.commit()
    return write


def test_activity_pages_newest_first(past: Callable[..., None], technician_a: Caller, device: Caller) -> None:
    address = f"/api/devices/{device.device_id}/activity"
    before = technician_a.get(address).json["total"]
    for number in range(5):
        past("device.rename", f"Change {number}", number=number)
    past("ticket.create", HOSTILE)
    answer = technician_a.get(f"{address}?limit=2&page=2").json
    assert (answer["total"], answer["page"], answer["limit"]) == (before + 6, 2, 2)
    assert [json.loads(each["details"])["message"] for each in answer["activities"]] == ["Change 3", "Change 2"]
    row = answer["activities"][0]
    assert set(row) == {"id", "actor", "action", "details", "created_at"} and row["actor"] == "server"
    assert json.loads(row["details"])["number"] == 3
    assert technician_a.get(f"{address}?action=ticket").json["total"] == 1
    assert technician_a.get(f"{address}?action=device.rename").json["total"] == 5
    assert technician_a.get(f"{address}?action=&from=&to=").json["total"] == before + 6
    assert technician_a.get(f"{address}?to=2020-01-01").json["activities"] == []
    today = technician_a.get(address).json["activities"][0]["created_at"][:10]
    assert technician_a.get(f"{address}?from={today}&to={today}").json["total"] >= 6, "both days are included"


def test_activity_asked_for_wrongly(technician_a: Caller, device: Caller) -> None:
    for query in ("page=0", "limit=501", "limit=x", "from=yesterday", "to=9999-12-31",
                  "from=0001-01-01T00:00:00%2B14:00"):
        assert technician_a.get(f"/api/devices/{device.device_id}/activity?{query}").status_code == 400, query


def test_what_a_device_did_elsewhere_stays_there(past: Callable[..., None], technician_a: Caller, technician_b: Caller,
                                                 admin: Caller, device: Caller) -> None:
    past("device.rename", "In the days of Beta", client_id=BETA)
    address = f"/api/devices/{device.device_id}/activity"
    assert "days of Beta" not in technician_a.get(address).text
    assert "days of Beta" in admin.get(address).text
    assert technician_b.get(address).status_code == 404


def test_writing_is_in_the_activity(technician_a: Caller, device: Caller) -> None:
    about = f"/api/devices/{device.device_id}"
    note_id = technician_a.post(f"{about}/notes", json={"content": "secret words"}).json["id"]
    technician_a.put(f"{about}/custom-fields", json={"fields": {"Asset": "1"}})
    technician_a.delete(f"{about}/notes/{note_id}")
    answer = technician_a.get(f"{about}/activity?limit=3")
    assert [each["action"] for each in answer.json["activities"]] == ["note.delete", "custom_field.set", "note.add"]
    assert "secret words" not in answer.text
