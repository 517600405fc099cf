"""POST /api/files/upload: who may, what is kept, and that a refused one leaves nothing."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.files import queries as files
from connectassist.features.files import quota, upkeep
from connectassist.features.files.models import SessionFile
from connectassist.features.sessions import queries as sessions
from tests.cast import Caller
from tests.features.files.conftest import Send
from tests.features.sittings import allow, open_session

TO_TECHNICIAN = {"direction": "user-to-technician"}


def test_a_technician_sends_a_file(send: Send, technician_a: Caller, nobody: Caller, uploads: Path) -> None:
    answer = send(technician_a, b"what to do", name="plan.txt", path="notes", requestId="r1")
    body = answer.json
    assert answer.status_code == 200 and body["success"] and body["fileName"] == "plan.txt"
    assert body["downloadUrl"] == f"/api/files/download/{body['fileId']}" and len(body["fileId"]) == 32
    assert nobody.get(body["downloadUrl"]).data == b"what to do"
    assert [path.name for path in uploads.iterdir()] == [body["fileId"]]


def test_the_helper_sends_a_file_without_any_right(app, send: Send, session_id: str, device: Caller,
                                                   technician_a: Caller) -> None:
    allow(app, session_id)
    answer = send(device, b"screenshot", name="shot.png", **TO_TECHNICIAN)
    assert answer.status_code == 200
    assert technician_a.get(answer.json["downloadUrl"]).data == b"screenshot"


def test_the_file_may_come_before_the_fields(session_id: str, technician_a: Caller) -> None:
    body = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n'
            b'--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n' + session_id.encode() + b"\r\n--b--\r\n")
    answer = technician_a.post("/api/files/upload", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 200, answer.text


def test_strangers_take_so_much_room_and_no_more(app, send: Send, session_id: str, technician_a: Caller,
                                                nobody: Caller, uploads: Path) -> None:
    """Files that come before the fields are taken from anybody: without a bound, strangers would fill the quota."""
    with app.app_context():
        db.session.add_all(SessionFile(id=f"{number:032d}", session_id="", original_name="", size=1, direction="",
                                       status=files.RECEIVING, expires_at=clock.now() + timedelta(minutes=9))
                           for number in range(quota.MOST_UNNAMED))
        db.session.commit()
    body = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n'
            b'--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n' + session_id.encode() + b"\r\n--b--\r\n")
    for anybody in (nobody, technician_a):
        answer = anybody.post("/api/files/upload", data=body, content_type="multipart/form-data; boundary=b")
        assert (answer.status_code, answer.json["error_code"]) == (429, "RATE_LIMITED")
    assert send(technician_a).status_code == 200, "who says first what it is for goes on"
    assert len(list(uploads.iterdir())) == 1


def test_a_chunked_body_is_read(session_id: str, technician_a: Caller) -> None:
    body = (b'--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n' + session_id.encode() +
            b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--b--\r\n')
    answer = technician_a.post("/api/files/upload", input_stream=io.BytesIO(body), headers={
        "Transfer-Encoding": "chunked", "Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 200, answer.text


def test_an_empty_file_and_a_large_one(send: Send, technician_a: Caller, nobody: Caller) -> None:
    large = bytes(range(256)) * 16_001
    for content in (b"", large):
        answer = send(technician_a, content)
        fetched = nobody.get(answer.json["downloadUrl"])
        assert fetched.data == content and fetched.content_length == len(content)


@pytest.mark.parametrize(("who", "fields", "status", "code"), [
    ("admin", {}, 200, None),
    ("viewer_a", {}, 403, "FORBIDDEN"),
    ("customer", {}, 403, "FORBIDDEN"),
    ("nobody", {}, 401, "UNAUTHORIZED"),
    ("device", {}, 401, "UNAUTHORIZED"),
    ("technician_b", {}, 404, "SESSION_NOT_FOUND"),
    ("technician_a", TO_TECHNICIAN, 403, "FORBIDDEN"),
    ("nobody", TO_TECHNICIAN, 401, "UNAUTHORIZED"),
    ("device_b", TO_TECHNICIAN, 401, "UNAUTHORIZED"),
    ("technician_a", {"direction": "sideways"}, 400, "VALIDATION_FAILED"),
    ("technician_a", {"sessionId": "ABC-123-DEF"}, 404, "SESSION_NOT_FOUND"),
    ("technician_a", {"sessionId": None}, 400, "VALIDATION_FAILED"),
    ("technician_a", {"path": "../../etc"}, 400, "VALIDATION_FAILED"),
    ("technician_a", {"path": "/etc"}, 400, "VALIDATION_FAILED"),
    ("technician_a", {"path": "C:\\Windows"}, 400, "VALIDATION_FAILED"),
])
def test_who_may_send(send: Send, as_member, uploads: Path, who: str, fields: dict, status: int, code) -> None:
    answer = send(as_member(who), **fields)
    assert (answer.status_code, answer.json.get("error_code")) == (status, code)
    assert len(list(uploads.iterdir())) == (1 if status == 200 else 0)


def test_taking_files_back_stops_the_next_upload(app, send: Send, session_id: str, technician_a: Caller,
                                                uploads: Path) -> None:
    assert send(technician_a).status_code == 200
    allow(app, session_id, "view")
    answer = send(technician_a)
    assert (answer.status_code, answer.json["error_code"]) == (403, "NOT_CONSENTED")
    assert len(list(uploads.iterdir())) == 1


def test_taking_files_back_while_bytes_flow_drops_them(app, session_id: str, technician_a: Caller,
                                                     uploads: Path) -> None:
    body = (b'--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n' + session_id.encode() +
            b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n')
    rest = b"x" * 600_000 + b"\r\n--b--\r\n"

    class Stream:
        source = io.BytesIO(body + rest)
        tell, seek = source.tell, source.seek

        def read(self, count: int = -1) -> bytes:
            if 300_000 < self.source.tell() < 600_000:
                assert [p.suffix for p in uploads.iterdir()] == [".part"]
                allow(app, session_id, "view")
            return self.source.read(count)

    answer = technician_a.post("/api/files/upload", input_stream=Stream(), headers={
        "Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(len(body + rest))})
    assert (answer.status_code, answer.json["error_code"]) == (403, "NOT_CONSENTED")
    assert list(uploads.iterdir()) == []


def test_nothing_is_sent_into_a_session_that_is_over(send: Send, session_id: str, technician_a: Caller) -> None:
    technician_a.delete(f"/api/sessions/{session_id}")
    assert send(technician_a).status_code == 404


@pytest.mark.parametrize(("options", "status"), [
    ({"json": {"sessionId": "x"}}, 400),
    ({"data": {}}, 400),
    ({"data": b"--b\r\nnonsense", "content_type": "multipart/form-data; boundary=b"}, 400),
    ({"data": b"hello", "content_type": "multipart/form-data"}, 400),
    ({"data": b"--b\r\n" + b"A" * 3_000_000, "content_type": "multipart/form-data; boundary=b"}, 413),
])
def test_what_is_no_upload_is_refused(technician_a: Caller, options: dict, status: int, uploads: Path) -> None:
    answer = technician_a.post("/api/files/upload", **options)
    assert (answer.status_code, answer.json["success"]) == (status, False)
    assert list(uploads.iterdir()) == []


def test_a_form_without_a_file_is_refused(session_id: str, technician_a: Caller) -> None:
    answer = technician_a.post("/api/files/upload", data={"sessionId": session_id, "x": "1"},
                               content_type="multipart/form-data")
    assert (answer.status_code, answer.json["error"]) == (400, "Missing file upload")


def test_an_upload_that_breaks_off_leaves_nothing(session_id: str, technician_a: Caller, uploads: Path) -> None:
    body = (b'--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n' + session_id.encode() +
            b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"x" * 700_000)
    for length in (len(body), len(body) + 50_000):
        answer = technician_a.post("/api/files/upload", input_stream=io.BytesIO(body), headers={
            "Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(length)})
        assert answer.status_code == 400
        assert list(uploads.iterdir()) == []
    assert technician_a.get(f"/api/files/session/{session_id}").json["files"] == []


def test_a_field_that_never_ends_is_refused(technician_a: Caller) -> None:
    answer = technician_a.post("/api/files/upload", data={"sessionId": "x" * 20_000, "file": (io.BytesIO(b"a"), "a")})
    assert answer.status_code == 400


class TestRoom:
    """Limits of size: for one file, for a session, for all."""

    @pytest.fixture
    def small(self, make_app, cast):
        app = make_app(max_upload_mb=2, session_quota_mb=3, upload_quota_mb=4)
        return app, lambda name: Caller(app.test_client(use_cookies=False), cast[name])

    @staticmethod
    def put(by: Caller, session_id: str, megabytes: float, **fields) -> tuple[int, str | None]:
        answer = by.post("/api/files/upload", data={
            "sessionId": session_id, **fields, "file": (io.BytesIO(b"x" * int(megabytes * 1024 * 1024)), "a.bin")})
        return answer.status_code, answer.json.get("error_code")

    def test_one_file_one_session_and_all(self, small) -> None:
        app, member = small
        admin, device, device_b = member("admin"), member("device"), member("device_b")
        first, second = open_session(device), open_session(device_b)
        for session_id in (first, second):
            allow(app, session_id, "files")
        assert self.put(admin, first, 2.5) == (413, "TOO_LARGE")
        assert self.put(admin, first, 1.9) == (200, None)
        assert self.put(admin, first, 1.9) == (413, "QUOTA_EXCEEDED")
        assert self.put(admin, first, 1) == (200, None)
        assert self.put(admin, second, 1.9) == (413, "QUOTA_EXCEEDED")
        assert self.put(admin, second, 1) == (200, None)
        assert len(list(app.extensions["settings"].uploads.iterdir())) == 3

    def test_one_client(self, make_app, cast) -> None:
        """Two sessions of a client share its room; another client's is its own."""
        app = make_app(session_quota_mb=3, client_quota_mb=4)
        admin, device, device_b = (Caller(app.test_client(use_cookies=False), cast[name])
                                   for name in ("admin", "device", "device_b"))
        first, other = open_session(device), open_session(device_b)
        assert self.put(device, first, 2.5, **TO_TECHNICIAN) == (200, None)
        with app.app_context():
            session = sessions.live(first)
            session.status, session.device_id = "waiting", None
            client_id = session.client_id
            db.session.commit()
        second = open_session(device)
        assert second != first
        assert self.put(device, second, 2.5, **TO_TECHNICIAN) == (413, "QUOTA_EXCEEDED")
        assert self.put(device, second, 1, **TO_TECHNICIAN) == (200, None)
        assert self.put(device_b, other, 2.5, **TO_TECHNICIAN) == (200, None)
        with app.app_context():
            assert {f.client_id for f in files.of_session(second)} == {client_id}
        assert admin.get(f"/api/files/session/{other}").json["files"][0]["size"] > 0

    def test_what_other_processes_take_in_counts(self, small) -> None:
        """Uploads on their way hold their room in the database, until they lapse."""
        app, member = small
        session_id = open_session(member("device"))
        allow(app, session_id, "files")
        with app.app_context():
            db.session.add(SessionFile(
                id="f" * 32, session_id="another", original_name="", size=int(3.5 * 1024 * 1024), direction="",
                status=files.RECEIVING, expires_at=clock.now() + timedelta(minutes=1)))
            db.session.commit()
        assert self.put(member("admin"), session_id, 1) == (413, "QUOTA_EXCEEDED")
        assert member("nobody").get(f"/api/files/download/{'f' * 32}").status_code == 404
        uploads = app.extensions["settings"].uploads
        (uploads / ("f" * 32 + ".part")).write_bytes(b"half")
        with app.app_context():
            assert upkeep.sweep() == 0
            assert len(list(uploads.iterdir())) == 1, "it is on its way still"
            db.session.get(SessionFile, "f" * 32).expires_at = clock.now() - timedelta(seconds=1)
            db.session.commit()
            assert upkeep.sweep() == 0
        assert list(uploads.iterdir()) == []
        assert self.put(member("admin"), session_id, 1) == (200, None)

    def test_a_refused_upload_holds_no_room(self, small) -> None:
        app, member = small
        session_id = open_session(member("device"))
        for _ in range(5):
            assert self.put(member("nobody"), session_id, 1.9)[0] == 401
            assert self.put(member("technician_a"), session_id, 1.9)[0] == 403
            assert self.put(member("device"), session_id, 1.9, **TO_TECHNICIAN, path="../x")[0] == 400
        with app.app_context():
            assert db.session.query(SessionFile).count() == 0

    def test_a_length_that_lies_is_found_out(self, small) -> None:
        app, member = small
        session_id = open_session(member("device"))
        allow(app, session_id, "files")
        body = (b'--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n' + session_id.encode() +
                b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 4_000_000)
        answer = member("admin").post("/api/files/upload", input_stream=io.BytesIO(body), headers={
            "Transfer-Encoding": "chunked", "Content-Type": "multipart/form-data; boundary=b"})
        assert answer.status_code == 413
        assert list(app.extensions["settings"].uploads.iterdir()) == []


def test_sending_is_in_the_timeline_and_the_audit_log(app, send: Send, session_id: str, technician_a: Caller,
                                                     device: Caller) -> None:
    send(technician_a, name="a.txt")
    send(device, name="b.txt", **TO_TECHNICIAN)
    lines = [e["text"] for e in technician_a.get(f"/api/sessions/{session_id}/timeline").json["timeline"]
             if e["kind"] == "file"]
    assert lines == ["Tina Acme sent a.txt", "Customer of device sent b.txt"]
