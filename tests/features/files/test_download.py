"""GET /api/files/download/<id>: whole, in parts, expired, and to whom not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectassist.core import clock
from connectassist.features.files import upkeep
from connectassist.http.sending import NOTHING_RUNS
from tests.cast import Caller
from tests.features.files.conftest import Send

CONTENT = bytes(range(256)) * 4_000


@pytest.fixture
def sent(send: Send, technician_a: Caller) -> str:
    return send(technician_a, CONTENT, name="Grüße; a.html").json["downloadUrl"]


def test_the_answer_is_a_download_and_nothing_else(sent: str, nobody: Caller) -> None:
    answer = nobody.get(sent)
    assert answer.data == CONTENT and answer.content_length == len(CONTENT)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Gr__e_ a.html\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%3B%20a.html")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("asked", "start", "stop"), [
    ("bytes=0-9", 0, 10), ("bytes=500000-", 500_000, None), ("bytes=-7", -7, None), ("bytes=10-99999999", 10, None),
    ("bytes=0-", 0, None)])
def test_a_part(sent: str, nobody: Caller, asked: str, start: int, stop: int | None) -> None:
    answer = nobody.get(sent, headers={"Range": asked})
    expected = CONTENT[start:stop]
    assert answer.data == expected and answer.content_length == len(expected)
    if len(expected) < len(CONTENT):
        assert answer.status_code == 206
        assert answer.headers["Content-Range"].endswith(f"/{len(CONTENT)}")


def test_a_download_that_is_resumed_equals_the_whole(sent: str, nobody: Caller) -> None:
    first = nobody.get(sent, headers={"Range": "bytes=0-399999"})
    rest = nobody.get(sent, headers={"Range": "bytes=400000-", "If-Range": first.headers["ETag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.data + rest.data == CONTENT


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "chapters=1-2", "bytes=x-y"])
def test_ranges_that_are_not_served_give_the_whole(sent: str, nobody: Caller, asked: str) -> None:
    answer = nobody.get(sent, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, CONTENT)


def test_a_part_of_another_version_gives_the_whole(sent: str, nobody: Caller) -> None:
    answer = nobody.get(sent, headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (answer.status_code, answer.data) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused(sent: str, nobody: Caller) -> None:
    answer = nobody.get(sent, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (answer.status_code, answer.json["error_code"]) == (416, "RANGE_NOT_SATISFIABLE")


@pytest.mark.parametrize(("who", "status"), [
    ("nobody", 200), ("device", 200), ("customer", 200), ("technician_a", 200), ("viewer_a", 200), ("admin", 200),
    ("technician_b", 404)])
def test_who_may_fetch(sent: str, as_member, who: str, status: int) -> None:
    assert as_member(who).get(sent).status_code == status


@pytest.mark.parametrize("file_id", ["0" * 32, "..%2f..%2fsecret_key", "x", "%00"])
def test_unknown_ids(nobody: Caller, file_id: str) -> None:
    answer = nobody.get(f"/api/files/download/{file_id}")
    assert answer.status_code == 404 and answer.json["success"] is False


def status_of(caller: Caller, session_id: str) -> str:
    return caller.get(f"/api/files/session/{session_id}").json["files"][0]["status"]


def test_it_counts_as_downloaded_when_the_other_side_has_it_whole(sent: str, session_id: str, device: Caller,
                                                                  technician_a: Caller) -> None:
    assert technician_a.get(sent).data == CONTENT
    assert status_of(technician_a, session_id) == "pending"
    assert device.get(sent, headers={"Range": "bytes=0-9"}).data
    assert status_of(technician_a, session_id) == "pending"
    assert device.open("HEAD", sent).content_length == len(CONTENT)
    assert status_of(technician_a, session_id) == "pending"
    assert device.get(sent, headers={"Range": "bytes=10-"}).data == CONTENT[10:]
    assert status_of(technician_a, session_id) == "downloaded"


def test_parts_make_a_whole_only_without_a_gap(sent: str, session_id: str, device: Caller,
                                               technician_a: Caller) -> None:
    """The last byte alone is no download; parts that follow each other, or overlap, are."""
    for asked in ("bytes=-1", "bytes=500000-", "bytes=0-9", "bytes=20-499999"):
        assert device.get(sent, headers={"Range": asked}).data
        assert status_of(technician_a, session_id) == "pending", asked
    assert technician_a.get(f"/api/files/session/{session_id}").json["files"][0]["downloaded_at"] is None
    for asked in ("bytes=5-600000", "bytes=600001-", "bytes=0-"):
        assert device.get(sent, headers={"Range": asked}).data
    row = technician_a.get(f"/api/files/session/{session_id}").json["files"][0]
    assert row["status"] == "downloaded" and row["downloaded_at"] >= row["uploaded_at"]


def test_a_page_that_was_sent_never_runs_here(send: Send, technician_a: Caller, nobody: Caller) -> None:
    for name in ("a.html", "a.svg", "a.xhtml", "a.js"):
        url = send(technician_a, b"<script>alert(1)</script>", name=name).json["downloadUrl"]
        answer = nobody.get(url, headers={"Accept": "text/html"})
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == NOTHING_RUNS


def test_wrong_ids_use_up_a_budget(make_app) -> None:
    client = make_app(rate_limits="on").test_client()
    answers = [client.get(f"/api/files/download/{number:032}").status_code for number in range(22)]
    assert answers == [404] * 20 + [429] * 2


class TestExpiry:
    """A day later the file answers "expired"; a sweep removes the bytes; a month later the row."""

    @pytest.fixture
    def later(self, monkeypatch):
        def move(**span) -> None:
            moment = clock.now() + timedelta(**span)
            monkeypatch.setattr(clock, "now", lambda: moment)
        return move

    def test_after_a_day_it_is_gone(self, app, sent: str, nobody: Caller, uploads, later) -> None:
        with app.app_context():
            assert upkeep.sweep() == 0
        assert nobody.get(sent).status_code == 200
        later(hours=24, seconds=1)
        answer = nobody.get(sent)
        assert (answer.status_code, answer.json["error_code"]) == (410, "FILE_EXPIRED")
        with app.app_context():
            assert upkeep.sweep() == 1
        assert list(uploads.iterdir()) == []
        assert nobody.get(sent).status_code == 410
        later(days=31)
        with app.app_context():
            assert upkeep.sweep() == 0
        assert nobody.get(sent).status_code == 404

    def test_what_a_crash_left_is_removed_and_nothing_else(self, app, sent: str, nobody: Caller, uploads,
                                                          later) -> None:
        (uploads / ("a" * 32 + ".part")).write_bytes(b"half")
        (uploads / ("b" * 32)).write_bytes(b"no row")
        with app.app_context():
            upkeep.sweep()
            assert len(list(uploads.iterdir())) == 3
            later(hours=2)
            upkeep.sweep()
        assert len(list(uploads.iterdir())) == 1 and nobody.get(sent).data == CONTENT

    def test_bytes_that_were_taken_away_by_hand_are_expired(self, sent: str, nobody: Caller, uploads) -> None:
        next(uploads.iterdir()).unlink()
        assert nobody.get(sent).status_code == 410
