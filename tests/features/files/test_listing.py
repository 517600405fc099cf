"""GET /api/files/session/<id>: contract 001's rows."""

from __future__ import annotations

import io

import pytest

from tests.cast import Caller
from tests.features.files.conftest import Send

FIELDS = {"id", "session_id", "original_name", "stored_name", "file_size", "mime_type", "direction", "status",
          "uploaded_at", "downloaded_at", "expires_at", "created_at"}


def test_rows_newest_first(send: Send, session_id: str, technician_a: Caller) -> None:
    for name in ("one.txt", "two.txt"):
        send(technician_a, b"12345", name=name)
    files = technician_a.get(f"/api/files/session/{session_id}").json["files"]
    assert [f["original_name"] for f in files] == ["two.txt", "one.txt"]
    assert set(files[0]) >= FIELDS and files[0]["file_size"] == "5" and files[0]["status"] == "pending"
    assert files[0]["direction"] == "technician-to-user" and files[0]["uploaded_at"].endswith("Z")


@pytest.mark.parametrize(("who", "status"), [
    ("admin", 200), ("technician_a", 200), ("viewer_a", 200), ("device", 200), ("nobody", 401),
    ("technician_b", 404), ("device_b", 401), ("customer", 401)])
def test_who_may_list(send: Send, session_id: str, technician_a: Caller, as_member, who: str, status: int) -> None:
    send(technician_a)
    assert as_member(who).get(f"/api/files/session/{session_id}").status_code == status


def test_a_helper_without_a_secret_lists_by_the_session_id(nobody: Caller) -> None:
    """Contract 001's own helper has nothing else."""
    assigned = nobody.post("/api/sessions/assign", json={"deviceId": "an-old-helper"}).json
    sent = nobody.post("/api/files/upload", data={
        "sessionId": assigned["sessionId"], "direction": "user-to-technician", "file": (io.BytesIO(b"x"), "a.txt")})
    assert sent.status_code == 200, sent.text
    assert len(nobody.get(f"/api/files/session/{assigned['sessionId']}").json["files"]) == 1


def test_a_session_that_is_over_is_listed_for_staff_only(send: Send, session_id: str, technician_a: Caller,
                                                        device: Caller) -> None:
    send(technician_a)
    technician_a.delete(f"/api/sessions/{session_id}")
    assert len(technician_a.get(f"/api/files/session/{session_id}").json["files"]) == 1
    assert device.get(f"/api/files/session/{session_id}").status_code == 404


def test_unknown_sessions(nobody: Caller, technician_a: Caller) -> None:
    for caller in (nobody, technician_a):
        assert caller.get("/api/files/session/ABC-123-DEF").status_code == 404
