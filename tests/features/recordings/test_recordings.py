"""Recording a session: with consent only, chunk by chunk, by one technician, within one's scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.features.cases import printing
from connectassist.features.cases.models import Case
from connectassist.features.recordings import finishing, queries, service
from connectassist.features.recordings.models import Recording
from connectassist.realtime.rooms import rooms
from tests.cast import Caller
from tests.features.recordings.film import chunks, recorded
from tests.features.sittings import allow, open_session

FILM = recorded(4)
PARTS = chunks(FILM, 3)


@pytest.fixture
def session_id(app: Flask, device: Caller) -> str:
    opened = open_session(device)
    allow(app, opened, "view", "recording")
    return opened


@pytest.fixture
def recording_id(session_id: str, technician_a: Caller) -> str:
    return begin(technician_a, session_id)


def begin(by: Caller, session_id: str) -> str:
    answer = by.post(f"/api/sessions/{session_id}/recordings")
    assert answer.status_code == 200, answer.text
    return answer.json["recording"]["id"]


def send(by: Caller, recording_id: str, number: int, data: bytes = b"") -> Any:
    return by.put(f"/api/recordings/{recording_id}/chunks/{number}", data=data or PARTS[number])


def finished(app: Flask, by: Caller, recording_id: str) -> dict[str, Any]:
    with app.app_context():
        finishing.finish(recording_id)
    return by.get(f"/api/recordings/{recording_id}").json["recording"]


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    at = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: at)


def look(app: Flask) -> None:
    with app.app_context():
        finishing.close_deserted()


def test_from_the_first_chunk_to_the_film(app: Flask, recording_id: str, technician_a: Caller,
                                          viewer_a: Caller) -> None:
    for number in range(len(PARTS)):
        assert send(technician_a, recording_id, number).status_code == 200
    assert viewer_a.get(f"/api/recordings/{recording_id}/video").json["error_code"] == "RECORDING_NOT_READY"
    assert technician_a.post(f"/api/recordings/{recording_id}/stop").status_code == 200
    row = finished(app, technician_a, recording_id)
    assert (row["state"], row["reason"], row["durationSeconds"]) == ("ready", "stopped", 4)
    film = viewer_a.get(row["videoUrl"])
    assert film.mimetype == "video/webm" and film.headers["X-Content-Type-Options"] == "nosniff"
    part = viewer_a.get(row["videoUrl"], headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and part.data == film.data[100:200]
    kinds = [line["text"] for line in technician_a.get(f"/api/sessions/{row['sessionId']}/timeline").json["timeline"]
             if line["kind"] == "recording"]
    assert kinds == ["Tina Acme started recording", "The recording by Tina Acme stopped"]
    with app.app_context():
        actions = [entry.action for entry in db.session.query(audit.AuditEntry).order_by("id")]
    assert [a for a in actions if a.startswith("recording.")] == ["recording.start", "recording.stop", "recording.play"]


def test_a_chunk_may_come_twice_and_never_out_of_order(recording_id: str, technician_a: Caller) -> None:
    assert send(technician_a, recording_id, 0).status_code == 200
    assert send(technician_a, recording_id, 0, b"something else").status_code == 200
    skipped = send(technician_a, recording_id, 2)
    assert (skipped.status_code, skipped.json["error_code"], skipped.json["expected"]) == (409, "CHUNK_MISSING", 1)
    assert technician_a.get(f"/api/recordings/{recording_id}").json["recording"]["size"] == len(PARTS[0])


def test_what_a_broken_chunk_left_is_overwritten(app: Flask, recording_id: str, technician_a: Caller) -> None:
    send(technician_a, recording_id, 0)
    with app.app_context():
        path = app.extensions["settings"].recordings / f"{recording_id}.raw"
    with path.open("ab") as file:
        file.write(b"half a chunk" * 100)
    for number in (1, 2):
        send(technician_a, recording_id, number)
    technician_a.post(f"/api/recordings/{recording_id}/stop")
    assert path.read_bytes()[:len(FILM)] == FILM
    assert finished(app, technician_a, recording_id)["durationSeconds"] == 4
    assert not path.exists(), "only the film stays"


@pytest.mark.parametrize(("body", "status", "code"), [
    (b"not a film", 415, "UNSUPPORTED_MEDIA_TYPE"), (b"\x1a\x45\xdf\xa3" + bytes(17 * 1024 * 1024), 413, "TOO_LARGE")])
def test_what_is_no_chunk_is_refused(recording_id: str, technician_a: Caller, body: bytes, status: int,
                                     code: str) -> None:
    answer = send(technician_a, recording_id, 0, body)
    assert (answer.status_code, answer.json["error_code"]) == (status, code)


def test_an_empty_chunk_is_refused(recording_id: str, technician_a: Caller) -> None:
    assert technician_a.put(f"/api/recordings/{recording_id}/chunks/0").status_code == 400


def test_without_consent_nothing_is_recorded(app: Flask, session_id: str, technician_a: Caller) -> None:
    allow(app, session_id, "view", "control")
    answer = technician_a.post(f"/api/sessions/{session_id}/recordings")
    assert (answer.status_code, answer.json["error_code"]) == (403, "NOT_CONSENTED")


def test_taken_back_the_next_chunk_is_refused_and_the_recording_closed(
        app: Flask, session_id: str, recording_id: str, technician_a: Caller) -> None:
    send(technician_a, recording_id, 0)
    allow(app, session_id, "view")
    assert send(technician_a, recording_id, 1).status_code == 403
    look(app)
    row = finished(app, technician_a, recording_id)
    assert (row["state"], row["reason"], row["chunks"]) == ("ready", "revoked", 1)
    allow(app, session_id, "view", "recording")
    assert send(technician_a, recording_id, 1).json["error_code"] == "RECORDING_OVER"


def test_only_the_technician_who_began_feeds_it(recording_id: str, technician_b: Caller, admin: Caller) -> None:
    assert send(admin, recording_id, 0).status_code == 404
    assert send(technician_b, recording_id, 0).status_code == 404


def test_a_page_that_is_gone_closes_it_and_one_that_comes_back_goes_on(
        app: Flask, recording_id: str, technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    send(technician_a, recording_id, 0)
    look(app)
    assert technician_a.get(f"/api/recordings/{recording_id}").json["recording"]["state"] == "recording"
    later(monkeypatch, seconds=10)
    look(app)
    assert finished(app, technician_a, recording_id)["state"] == "ready"
    for number in (1, 2):
        assert send(technician_a, recording_id, number).status_code == 200
    technician_a.post(f"/api/recordings/{recording_id}/stop")
    assert finished(app, technician_a, recording_id)["durationSeconds"] == 4


def test_who_comes_later_is_told_even_if_nobody_sat_there_when_it_went_on(
        app: Flask, recording_id: str, session_id: str, technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    send(technician_a, recording_id, 0)
    later(monkeypatch, seconds=10)
    look(app)
    assert rooms.get(session_id) is None and rooms.standing(session_id) == {}
    send(technician_a, recording_id, 1)
    told = rooms.standing(session_id)["recording-changed"]["recordings"]
    assert [each["id"] for each in told] == [recording_id]
    technician_a.post(f"/api/recordings/{recording_id}/stop")
    assert rooms.standing(session_id) == {}


def test_too_late_it_does_not_go_on(app: Flask, recording_id: str, technician_a: Caller,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    send(technician_a, recording_id, 0)
    later(monkeypatch, seconds=10)
    look(app)
    later(monkeypatch, minutes=20)
    assert send(technician_a, recording_id, 1).json["error_code"] == "RECORDING_OVER"


def test_the_sessions_end_and_a_restart_close_it(app: Flask, device: Caller, recording_id: str, session_id: str,
                                                 technician_a: Caller) -> None:
    send(technician_a, recording_id, 0)
    technician_a.delete(f"/api/sessions/{session_id}")
    assert send(technician_a, recording_id, 1).json["error_code"] == "RECORDING_OVER"
    look(app)
    assert finished(app, technician_a, recording_id)["reason"] == "ended"
    another = open_session(device)
    allow(app, another, "view", "recording")
    second = begin(technician_a, another)
    with app.app_context():
        finishing.recover()
        finishing.sweep()
    row = technician_a.get(f"/api/recordings/{second}").json["recording"]
    assert (row["state"], row["reason"]) == ("failed", "lost"), "nothing had come yet"


def test_a_full_store_says_so_and_closes_it(make_app: Callable[..., Flask], template: Any) -> None:
    app = make_app(client_recording_quota_mb=1)
    by, device = (Caller(app.test_client(), template.cast[name]) for name in ("technician_a", "device"))
    session_id = open_session(device)
    allow(app, session_id, "view", "recording")
    first = begin(by, session_id)
    assert send(by, first, 0).status_code == 200
    full = send(by, first, 1, bytes(2 * 1024 * 1024))
    assert (full.status_code, full.json["error_code"]) == (507, "RECORDING_FULL")
    row = finished(app, by, first)
    assert (row["state"], row["reason"], row["size"]) == ("ready", "full", len(PARTS[0]))
    with app.app_context():
        db.session.get(Recording, first).size = 1024 * 1024
        db.session.commit()
    assert by.post(f"/api/sessions/{session_id}/recordings").status_code == 507


def test_a_disk_that_fills_up_is_told(recording_id: str, technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("connectassist.features.recordings.storage._write", full)
    answer = send(technician_a, recording_id, 0)
    assert (answer.status_code, answer.json["error"]) == (507, "The server's disk is full")


def test_deleted_it_is_gone_and_remembered(app: Flask, recording_id: str, session_id: str, technician_a: Caller,
                                           viewer_a: Caller, technician_b: Caller) -> None:
    send(technician_a, recording_id, 0)
    assert technician_b.delete(f"/api/recordings/{recording_id}").status_code == 404
    assert viewer_a.delete(f"/api/recordings/{recording_id}").status_code == 403
    assert technician_a.delete(f"/api/recordings/{recording_id}").status_code == 200
    assert send(technician_a, recording_id, 1).status_code == 404
    assert list(app.extensions["settings"].recordings.iterdir()) == []
    (row,) = technician_a.get(f"/api/sessions/{session_id}/recordings").json["recordings"]
    assert (row["state"], row["videoUrl"]) == ("deleted", None)


def test_after_its_days_it_is_deleted(app: Flask, recording_id: str, technician_a: Caller,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    send(technician_a, recording_id, 0)
    technician_a.post(f"/api/recordings/{recording_id}/stop")
    finished(app, technician_a, recording_id)
    later(monkeypatch, days=29)
    with app.app_context():
        finishing.sweep()
        assert queries.bytes_kept() > 0
    later(monkeypatch, days=2)
    with app.app_context():
        finishing.sweep()
        assert queries.bytes_kept() == 0
    assert list(app.extensions["settings"].recordings.iterdir()) == []


def test_another_tenant_finds_nothing(recording_id: str, session_id: str, technician_b: Caller) -> None:
    for path in (f"/api/recordings/{recording_id}", f"/api/recordings/{recording_id}/video",
                 f"/api/sessions/{session_id}/recordings"):
        assert technician_b.get(path).status_code == 404
    assert technician_b.post(f"/api/recordings/{recording_id}/stop").status_code == 404


def test_a_page_loaded_anew_closes_its_older_recording(app: Flask, recording_id: str, session_id: str,
                                                       technician_a: Caller) -> None:
    second = begin(technician_a, session_id)
    with app.app_context():
        assert [each.id for each in queries.running(session_id)] == [second]


def test_the_case_and_its_pdf_tell_of_it(app: Flask, recording_id: str, session_id: str, technician_a: Caller) -> None:
    send(technician_a, recording_id, 0)
    technician_a.post(f"/api/recordings/{recording_id}/stop")
    finished(app, technician_a, recording_id)
    case = technician_a.post("/api/cases", json={"sessionId": session_id, "problemDescription": "Blank"}).json["case"]
    (line,) = case["record"]["recordings"]
    assert line["by"] == "Tina Acme" and line["seconds"] >= 1
    with app.app_context():
        order = printing.order_of(db.session.get(Case, case["id"]))
    assert order["recordings"] == case["record"]["recordings"]
    assert service.WORDS.keys() == {"stopped", "revoked", "lost", "full", "ended"}
