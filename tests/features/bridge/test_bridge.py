"""/api/bridge as contract 001's XP page and scripts call it."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from connectassist.features.chat import service as chat
from connectassist.http.sending import NOTHING_RUNS
from tests.cast import Caller
from tests.features.sittings import allow, open_session

HTML = {"Accept": "text/html, application/xhtml+xml, */*"}


@pytest.fixture
def xp(nobody: Caller) -> str:
    """The session of a machine that knows nothing but its sessionId: a package's script has registered it."""
    session_id = nobody.post("/api/sessions/assign", json={"deviceId": "an-old-machine"}).json["sessionId"]
    answer = nobody.post("/api/sessions/register", json={
        "sessionId": session_id, "clientInfo": {"os": "Windows XP", "hostname": "OLDIE"}, "vncPort": 5900})
    assert answer.status_code == 200, answer.text
    return session_id


def say(app: Flask, session_id: str, text: str, *, role: str = chat.TECHNICIAN, sender: str = "Tina Acme") -> int:
    with app.app_context():
        return int(chat.post(session_id, role=role, sender=sender, text=text).at.timestamp() * 1000)


def test_a_script_finds_its_literals(xp: str, nobody: Caller, device: Caller) -> None:
    """VBScript searches the raw body: a blank behind a colon would hide what it looks for."""
    device.post(f"/api/devices/{device.device_id}/request")
    assert nobody.post(f"/api/bridge/{xp}/messages", data=b'{"message":"hello"}').data.startswith(
        b'{"success":true,"id":"')
    listed = nobody.get(f"/api/bridge/{xp}/messages").data
    assert listed.startswith(b'{"messages":[{"id":"') and b'"role":"customer"' in listed
    assert b'"message":"hello"' in listed


@pytest.mark.parametrize(("body", "content_type", "said"), [
    (b'{"message":"hello"}', None, "hello"),
    (b'{"message":"hello"}', "text/plain", "hello"),
    (b'{"message":"hello"}', "application/x-www-form-urlencoded", "hello"),
    (b'\xef\xbb\xbf {"message":"hello"}', "application/json", "hello"),
    (b"message=how+are+you%3F&sender=Ann", "application/x-www-form-urlencoded", "how are you?"),
    (b"message=gr%FC%DFe%20%u20AC5", None, "grüße €5"),
    ("message=grüße".encode("cp1252"), None, "grüße"),
    ("message=grüße%C3%BC".encode(), None, "grüßeü"),
    (b"message=a%00%1b[31mb", None, "a[31mb"),
])
def test_what_old_programs_send(xp: str, nobody: Caller, body: bytes, content_type: str | None, said: str) -> None:
    answer = nobody.post(f"/api/bridge/{xp}/messages", data=body, content_type=content_type)
    assert answer.status_code == 200 and answer.json["success"], answer.text
    message = nobody.get(f"/api/bridge/{xp}/messages").json["messages"][0]
    assert (message["message"], message["role"], message["id"]) == (said, "customer", answer.json["id"])
    assert isinstance(message["timestamp"], int) and message["sender"]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"message":', b'{"message":7}', b"[]", b"message=", b"sender=Ann",
                                  b"message=" + b"x" * 4_001, b"\xff\xfe\x00"])
def test_what_is_no_message(xp: str, nobody: Caller, body: bytes) -> None:
    answer = nobody.post(f"/api/bridge/{xp}/messages", data=body)
    assert (answer.status_code, answer.json["success"]) == (400, False)
    assert nobody.get(f"/api/bridge/{xp}/messages").json["messages"] == []


def test_nobody_becomes_a_technician(xp: str, nobody: Caller) -> None:
    nobody.post(f"/api/bridge/{xp}/messages", json={"message": "hi", "role": "technician", "sender": "Tina"})
    assert nobody.get(f"/api/bridge/{xp}/messages").json["messages"][0]["role"] == "customer"


def test_since_is_strict_and_loses_nothing(app: Flask, xp: str, nobody: Caller) -> None:
    """Messages of one millisecond get times of their own, so that the page's `since` passes over none."""
    times = [say(app, xp, f"message {number}") for number in range(20)]
    assert times == sorted(set(times))
    for number, moment in enumerate(times):
        listed = nobody.get(f"/api/bridge/{xp}/messages?since={moment}").json["messages"]
        assert [m["message"] for m in listed] == [f"message {n}" for n in range(number + 1, 20)]


@pytest.mark.parametrize("since", ["", "0", "undefined", "NaN", "-5", "1e400", "0.5", "%00"])
def test_a_since_that_is_none_gives_all(app: Flask, xp: str, nobody: Caller, since: str) -> None:
    say(app, xp, "hello")
    assert len(nobody.get(f"/api/bridge/{xp}/messages?since={since}").json["messages"]) == 1


def test_saying_it_again_after_a_lost_answer(xp: str, nobody: Caller) -> None:
    first, second = (nobody.post(f"/api/bridge/{xp}/messages", data="message=hello&clientId=0123456789ab").json["id"]
                     for _ in range(2))
    assert first == second and len(nobody.get(f"/api/bridge/{xp}/messages").json["messages"]) == 1


def test_both_sides_share_one_store(app: Flask, xp: str, nobody: Caller, admin: Caller) -> None:
    nobody.post(f"/api/bridge/{xp}/messages", json={"message": "from the machine"})
    say(app, xp, "from the page")
    for path in (f"/api/bridge/{xp}/messages", f"/api/sessions/{xp}/messages"):
        assert [m["message"] for m in admin.get(path).json["messages"]] == ["from the machine", "from the page"]


class TestFiles:
    def test_sent_by_the_machine(self, xp: str, nobody: Caller, admin: Caller) -> None:
        answer = nobody.post(f"/api/bridge/{xp}/files/upload", data={"file": (io.BytesIO(b"log"), "C:\\boot\\a.log")})
        assert answer.json == {"success": True, "fileId": answer.json["fileId"], "name": "a.log"}
        file_id = answer.json["fileId"]
        row = nobody.get(f"/api/bridge/{xp}/files").json["files"][0]
        assert (row["id"], row["name"], row["size"], row["direction"]) == (file_id, "a.log", 3, "from-customer")
        assert isinstance(row["uploadedAt"], int)
        shown = admin.get(f"/api/files/session/{xp}").json["files"][0]
        assert (shown["id"], shown["direction"], shown["status"]) == (file_id, "user-to-technician", "pending")
        assert admin.get(f"/api/bridge/{xp}/files/{file_id}/download").data == b"log"
        shown = admin.get(f"/api/files/session/{xp}").json["files"][0]
        assert shown["status"] == "downloaded" and shown["downloaded_at"]

    def test_sent_by_the_technician(self, app: Flask, xp: str, nobody: Caller, admin: Caller) -> None:
        allow(app, xp, "files")
        sent = admin.post("/api/files/upload", data={"sessionId": xp, "file": (io.BytesIO(b"fix"), "fix.exe")})
        nobody.post(f"/api/bridge/{xp}/files/upload", data={"file": (io.BytesIO(b"log"), "a.log")})
        listed = nobody.get(f"/api/bridge/{xp}/files?direction=to-customer").json["files"]
        assert [(f["name"], f["direction"]) for f in listed] == [("fix.exe", "to-customer")]
        for path in (f"/api/bridge/{xp}/files/{listed[0]['id']}/download", sent.json["downloadUrl"]):
            answer = nobody.get(path, headers={"Range": "bytes=1-"})
            assert (answer.status_code, answer.data) == (206, b"ix")
            assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_a_page_can_not_come_from_here(self, xp: str, nobody: Caller) -> None:
        page = b"<script>alert(document.cookie)</script>"
        sent = nobody.post(f"/api/bridge/{xp}/files/upload", data={"file": (io.BytesIO(page), "a.html", "text/html")})
        answer = nobody.get(f"/api/bridge/{xp}/files/{sent.json['fileId']}/download", headers=HTML)
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="a.html"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == NOTHING_RUNS

    def test_a_form_in_a_frame_reads_successful(self, xp: str, nobody: Caller) -> None:
        answer = nobody.post(f"/api/bridge/{xp}/files/upload", headers=HTML, data={
            "file": (io.BytesIO(b"log"), "<img src=x onerror=alert(1)>.log")})
        assert answer.status_code == 200 and answer.mimetype == "text/html" and "successful" in answer.text
        assert "<img" not in answer.text and answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

    def test_a_form_that_fails_reads_why(self, xp: str, nobody: Caller) -> None:
        answer = nobody.post(f"/api/bridge/{xp}/files/upload", headers=HTML, data={"other": "1"},
                             content_type="multipart/form-data")
        assert answer.status_code == 400 and answer.mimetype == "text/html"
        assert "Missing file upload" in answer.text and "successful" not in answer.text

    def test_fields_of_the_form_lead_nowhere_else(self, app: Flask, xp: str, nobody: Caller, device: Caller) -> None:
        other = open_session(device)
        sent = nobody.post(f"/api/bridge/{xp}/files/upload", data={
            "sessionId": other, "direction": "technician-to-user", "path": "../..",
            "file": (io.BytesIO(b"log"), "../../a.log")})
        assert sent.status_code == 200, sent.text
        assert nobody.get(f"/api/bridge/{xp}/files").json["files"][0]["direction"] == "from-customer"
        assert device.get(f"/api/bridge/{other}/files").json["files"] == []


class TestForeigners:
    """Another session's ids, other people, and guesses."""

    @pytest.mark.parametrize(("method", "path"), [
        ("GET", "messages"), ("POST", "messages"), ("GET", "files"), ("GET", "files/" + "0" * 32 + "/download"),
        ("POST", "files/upload")])
    @pytest.mark.parametrize("session_id", ["ABC-123-DEF", "..", "x", "%00", "A" * 500])
    def test_unknown_sessions(self, nobody: Caller, method: str, path: str, session_id: str) -> None:
        answer = nobody.open(method, f"/api/bridge/{session_id}/{path}", data=b"message=x")
        assert answer.status_code in (404, 405) and answer.json["success"] is False

    def test_a_file_of_another_session(self, xp: str, nobody: Caller, device: Caller) -> None:
        other = open_session(device)
        sent = device.post("/api/files/upload", data={
            "sessionId": other, "direction": "user-to-technician", "file": (io.BytesIO(b"x"), "a")}).json
        for file_id in (sent["fileId"], "0" * 32, "..%2f..%2fsecret_key", "%00"):
            answer = nobody.get(f"/api/bridge/{xp}/files/{file_id}/download")
            assert (answer.status_code, answer.json["success"]) == (404, False)

    @pytest.mark.parametrize(("who", "read", "write"), [
        ("nobody", 401, 401), ("device", 200, 200), ("device_b", 401, 401), ("customer", 401, 401),
        ("technician_a", 200, 403), ("viewer_a", 200, 403), ("technician_b", 404, 403), ("admin", 200, 403)])
    def test_a_machine_with_a_secret_speaks_for_itself(self, as_member, device: Caller, who: str, read: int,
                                                       write: int) -> None:
        """Where the helper has shown a secret, the sessionId alone opens nothing; staff read, and speak as staff."""
        session_id, caller = open_session(device), as_member(who)
        assert caller.get(f"/api/bridge/{session_id}/messages").status_code == read
        assert caller.get(f"/api/bridge/{session_id}/files").status_code == read
        assert caller.post(f"/api/bridge/{session_id}/messages", json={"message": "x"}).status_code == write

    def test_a_session_that_is_over(self, xp: str, nobody: Caller, admin: Caller) -> None:
        nobody.post(f"/api/bridge/{xp}/messages", json={"message": "before"})
        admin.delete(f"/api/sessions/{xp}")
        assert nobody.get(f"/api/bridge/{xp}/messages").status_code == 404
        assert nobody.post(f"/api/bridge/{xp}/messages", json={"message": "after"}).status_code == 404
        assert len(admin.get(f"/api/bridge/{xp}/messages").json["messages"]) == 1

    def test_guesses_are_limited(self, make_app, cast) -> None:
        app = make_app(rate_limits="on")

        def got(address: str, session_id: str) -> int:
            return app.test_client().get(f"/api/bridge/{session_id}/messages",
                                         environ_overrides={"REMOTE_ADDR": address}).status_code

        answers = [got("10.0.0.1", f"ABC-{n:03}-DEF") for n in range(22)]
        assert answers[:20] == [404] * 20 and answers[20:] == [429] * 2
        rest = [got(f"10.1.{n // 10}.1", f"ABC-{n:03}-XYZ") for n in range(281)]
        assert rest[:270] == [404] * 270 and rest[-1] == 429, "all guessers together have a limit too"


def test_the_page_is_there_and_tells_nothing(nobody: Caller, xp: str) -> None:
    for session_id in (xp, "ABC-123-DEF", xp.lower()):
        page = nobody.get(f"/customer/xp-chat.html?session={session_id}")
        assert page.status_code == 200 and session_id.upper() in page.text
    for session_id in ("", '"><script>alert(1)</script>', "A" * 300):
        page = nobody.get("/customer/xp-chat.html", query_string={"session": session_id})
        assert page.status_code == 200 and "names no session" in page.text and "alert(1)" not in page.text
