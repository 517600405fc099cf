"""Attacks below what a client library would send: raw bytes at a real server, on both engines."""

from __future__ import annotations

import json
import socket

import pytest

from tests.cast import PASSWORD
from tests.live.server import Server

LOGIN = json.dumps({"username": "tina", "password": PASSWORD}).encode()


def send(server: Server, head: str | bytes, body: bytes = b"", *, headers: bytes = b"") -> tuple[int, bytes]:
    """Send a request as it stands and read the whole answer: its status and its bytes."""
    start = head.encode() if isinstance(head, str) else head
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(start + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + b"\r\n" + body)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer


@pytest.mark.parametrize("path", [
    "/static/%00", "/static/..%2f..%2fapp.py", "/static/../app.py", "/static/%2e%2e/app.py", "/static/....//app.py",
    "/static/\\..\\app.py", "/static/%252e%252e/app.py", "/static/css", "/downloads/..%2f..%2fapp.py",
    "/downloads/%2e%2e%2finstance%2fsecret_key", "/downloads/../instance/secret_key", "/downloads/.", "/downloads/%00",
    "/api/files/download/..%2f..%2fconnectassist.db", "/api/files/download/../../connectassist.db",
    "//evil.example/login", "/remote//evil.example", "/\\evil.example/dashboard", "/%ff", "*",
    "/dashboard/%0d%0aSet-Cookie:x=y"])
def test_no_path_leads_out(engine_server: Server, path: str) -> None:
    status, answer = send(engine_server, f"GET {path}")
    assert status in (404, 401)
    assert b"\r\nSet-Cookie" not in answer
    assert b"def " not in answer
    assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("host", [b"[::1", b"[", b"a:99999", b"a:b", b"a b<script>", b"", b"\xff\xfe", b"a/b?c#d",
                                  b"me@evil.example", b"x" * 500, b"a." * 200])
def test_a_host_that_is_none_breaks_nothing(engine_server: Server, host: bytes) -> None:
    for path in ("/api/status", "/api/websocket/info", "/"):
        with socket.create_connection(("127.0.0.1", engine_server.port), timeout=20) as line:
            line.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        assert answer.split(b" ", 2)[1] in (b"200", b"400")
        assert b"<script>alert" not in answer


def test_chunked_bodies_are_read(engine_server: Server) -> None:
    parts = LOGIN[:10], LOGIN[10:]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    status, answer = send(engine_server, "POST /api/auth/local/login", body, headers=b"Transfer-Encoding: chunked\r\n")
    assert (status, b'"success":true' in answer) == (200, True)


@pytest.mark.parametrize("headers", [b"Content-Length: abc\r\n", b"Content-Length: -5\r\n",
                                     b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"])
def test_a_length_that_is_none_is_refused(engine_server: Server, headers: bytes) -> None:
    assert send(engine_server, "POST /api/auth/local/login", LOGIN, headers=headers)[0] == 400


def test_broken_chunks_are_refused(engine_server: Server) -> None:
    status, answer = send(engine_server, "POST /api/auth/local/login", b"zz\r\nabc\r\n0\r\n\r\n",
                          headers=b"Transfer-Encoding: chunked\r\n")
    assert (status, b'"success":false' in answer) == (400, True)


@pytest.mark.parametrize("chunked", [False, True])
def test_three_megabytes_of_json_are_too_large(engine_server: Server, chunked: bool) -> None:
    body = b'{"username":"' + b"x" * 3_000_000 + b'","password":"p"}'
    length = b"Content-Length: %d\r\n" % len(body)
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    status, answer = send(engine_server, "POST /api/auth/local/login", sent,
                          headers=b"Transfer-Encoding: chunked\r\n" if chunked else length)
    assert status == 413
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error_code"] == "TOO_LARGE"


@pytest.mark.parametrize("headers", [
    b"Authorization: Bearer \xff\xfe.\xff.\xff\r\n", b"Cookie: remote.sid=\xff\xfe; a; ;=;\r\n",
    b"X-Device-Secret: \xff\r\nX-Device-Id: \xc3\xa9\xff\r\n", b"X-Device-Secret: x\r\nX-Device-Id: \x01\r\n",
    b"Authorization: Bearer " + b"a" * 6000 + b"\r\n"])
def test_proofs_of_strange_bytes_are_no_proofs(engine_server: Server, headers: bytes) -> None:
    assert send(engine_server, "GET /api/auth/me", headers=headers)[0] in (400, 401)


def test_what_a_proxy_would_say_is_not_believed(engine_server: Server) -> None:
    status, answer = send(engine_server, "GET /api/status", headers=(
        b"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"
        b"X-Original-URL: /dashboard\r\nX-HTTP-Method-Override: DELETE\r\nX-User-Id: admin\r\n"))
    assert (status, b"evil.example" in answer) == (200, False)
    assert send(engine_server, "GET /api/auth/me", headers=b"X-User-Id: admin\r\nX-Display-Name: A\r\n")[0] == 401


def test_the_server_is_well_afterwards(engine_server: Server) -> None:
    assert engine_server.http("admin").get("/api/status").json()["online"] is True
    log = engine_server.log.read_text()
    assert "unexpected error" not in log
    assert "connectassist/features" not in log, "no traceback leads through our own code"
