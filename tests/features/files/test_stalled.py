"""A sender that stands still is dropped and leaves nothing; a reader that does holds nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from tests.features.files.test_full_disk import rows
from tests.features.files.test_streaming import BLOCK, Sized, head, uploads
from tests.live.server import Server
from tests.live.sitting import Sitting

PATIENCE = 40


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def hasty(request: pytest.FixtureRequest, servers: Callable[..., Server]) -> Iterator[Server]:
    """A server that drops what stands still for a second."""
    server = servers(async_mode=request.param, stalled_seconds=1)
    yield server
    server.stop()


def answer_of(server: Server, request: bytes) -> bytes:
    """Everything that the server says until it closes the connection, which it does by itself."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(PATIENCE)
        line.sendall(request)
        said = b""
        while chunk := line.recv(65536):
            said += chunk
        return said


def test_bodies_that_never_end(hasty: Server) -> None:
    sitting = Sitting(hasty)
    helper = sitting.helper(rights=[])
    sitting.technician()
    sitting.allow(helper, ["files"])
    proof = f"Host: x\r\nAuthorization: {hasty.cast['technician_a'].headers['Authorization']}\r\n".encode()
    start = b"POST /api/files/upload HTTP/1.1\r\n" + proof + b"Content-Type: multipart/form-data; boundary=b\r\n"
    body = head(sitting.session_id) + BLOCK
    for said in (answer_of(hasty, start + b"Content-Length: 50000000\r\n\r\n" + body),
                 answer_of(hasty, start + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body)):
        assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 408")) and b'"success":false' in said, said[:300]
        assert (uploads(hasty), rows(hasty)) == ([], [])
    said = answer_of(hasty, b"POST /api/cases HTTP/1.1\r\n" + proof + b"Content-Length: 100\r\n\r\n{")
    assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 408")), said[:300]
    assert answer_of(hasty, b"GET /api/health HTTP/1.1\r\nHost:").partition(b" ")[2][:2] in (b"", b"40")
    assert helper.call("chat-message", {"text": "sockets that were silent meanwhile are still there"})["ok"]
    assert "Traceback" not in hasty.log.read_text()
    sitting.close()


def test_a_reader_that_stands_still(hasty: Server) -> None:
    """The connection goes; the file stays, to be fetched from where it broke off."""
    sitting = Sitting(hasty)
    helper = sitting.helper(rights=[])
    sitting.technician()
    sitting.allow(helper, ["files"])
    http = hasty.http("technician_a")
    sent = http.post("/api/files/upload", data=Sized(sitting.session_id, 30), headers={
        "Content-Type": "multipart/form-data; boundary=b"}).json()
    with socket.create_connection(("127.0.0.1", hasty.port)) as line:
        line.settimeout(PATIENCE)
        line.sendall(f"GET {sent['downloadUrl']} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 200")
        deadline = time.monotonic() + PATIENCE
        while _still_sends(hasty, line) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not _still_sends(hasty, line)
    assert http.get(f"/api/files/session/{sitting.session_id}").json()["files"][0]["status"] == "pending"
    assert len(http.get(sent["downloadUrl"], headers={"Range": "bytes=1000-"}).content) == 30 * len(BLOCK) - 1000
    sitting.close()


def _still_sends(server: Server, line: socket.socket) -> bool:
    """Does the server's process still hold its end of a connection?"""
    ours = f":{line.getsockname()[1]:04X}"
    with open(f"/proc/{server.process_id}/net/tcp") as table:
        ends = [entry.split() for entry in table.readlines()[1:]]
    return any(remote.endswith(ours) and local.endswith(f":{server.port:04X}") and state == "01"
               for _, local, remote, state, *_ in ends)
