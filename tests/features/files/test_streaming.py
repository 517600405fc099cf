"""Large files over real connections: constant memory, a server that goes on meanwhile, and clean break-offs."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.features.sittings import JoinedSession
from tests.live.server import Server

MEGABYTES = 200
#: After so many of them somebody else has to be served before it goes on.
EVERY = 10
BLOCK = bytes(range(256)) * 4096


@pytest.fixture
def sitting(engine_server: Server) -> Iterator[JoinedSession]:
    with JoinedSession(engine_server, rights=["view", "files"]) as opened:
        yield opened


def head(session_id: str, direction: str = "technician-to-user") -> bytes:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in (("sessionId", session_id), ("direction", direction))]
    return "".join(parts).encode() + b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'


TAIL = b"\r\n--b--\r\n"


def form(session_id: str, blocks: int, direction: str = "technician-to-user") -> Iterator[bytes]:
    yield head(session_id, direction)
    for _ in range(blocks):
        yield BLOCK
    yield TAIL


class Sized:
    """A body that is made as it is sent, with its length told beforehand. Now and then it is held up until the server
    has answered somebody else."""

    def __init__(self, session_id: str, blocks: int, *, others: Others | None = None) -> None:
        self._parts = form(session_id, blocks)
        self._rest, self._others, self._sent = b"", others, 0
        self.length = len(head(session_id)) + blocks * len(BLOCK) + len(TAIL)

    def __len__(self) -> int:
        return self.length

    def read(self, count: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._parts, b"")
            self._sent += 1
            if self._others and self._sent % EVERY == 0:
                self._others.are_served()
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken


class Others(threading.Thread):
    """Somebody who asks the server something small, again and again."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._http, self._is_over, self._served, self.count = server.http(), False, threading.Condition(), 0

    def run(self) -> None:
        while not self._is_over:
            assert self._http.get("/api/health").status_code == 200
            with self._served:
                self.count += 1
                self._served.notify_all()

    def are_served(self) -> None:
        """Wait for an answer to what was asked after this."""
        with self._served:
            before = self.count
            assert self._served.wait_for(lambda: self.count >= before + 2, 40), "nobody else is served meanwhile"

    def go(self) -> None:
        self._is_over = True
        self.join(40)


def memory_of(server: Server) -> int:
    """The most memory that the server's process has held, in MB."""
    status = Path(f"/proc/{server._process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


def uploads(server: Server) -> list[str]:
    return [path.name for path in (server.folder / "instance" / "uploads").iterdir()]


def test_a_large_file_in_and_out(sitting: JoinedSession) -> None:
    server, technician = sitting.server, sitting.server.cast["technician_a"]
    requests.get(server.url + "/api/health", timeout=40)
    before, others = memory_of(server), Others(server)
    others.start()
    body = Sized(sitting.id, MEGABYTES, others=others)
    answer = requests.post(server.url + "/api/files/upload", data=body, timeout=120, headers={
        **technician.headers, "Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 200, answer.text
    heard = sitting.helper.heard("file-available")
    assert heard["id"] == answer.json()["fileId"] and heard["size"] == MEGABYTES * len(BLOCK)
    digest, expected = hashlib.sha256(), hashlib.sha256()
    with requests.get(server.url + heard["downloadUrl"], stream=True, timeout=120) as fetched:
        assert int(fetched.headers["Content-Length"]) == MEGABYTES * len(BLOCK)
        for number, chunk in enumerate(fetched.iter_content(1 << 20)):
            digest.update(chunk)
            if number % EVERY == 0:
                others.are_served()
    for _ in range(MEGABYTES):
        expected.update(BLOCK)
    others.go()
    grown = memory_of(server) - before
    assert digest.digest() == expected.digest()
    assert grown < 40, f"the server grew by {grown} MB"


def test_a_download_that_broke_off_goes_on_and_counts_as_one(sitting: JoinedSession) -> None:
    server = sitting.server
    sent = requests.post(server.url + "/api/files/upload", data=Sized(sitting.id, 30), timeout=60, headers={
        **server.cast["technician_a"].headers, "Content-Type": "multipart/form-data; boundary=b"}).json()
    url, device = server.url + sent["downloadUrl"], server.cast["device"].headers
    with requests.get(url, headers=device, stream=True, timeout=60) as fetched:
        first, tag = fetched.raw.read(5 * len(BLOCK) + 77), fetched.headers["ETag"]
    rest = requests.get(url, headers={**device, "Range": f"bytes={len(first)}-", "If-Range": tag}, timeout=60)
    assert rest.status_code == 206 and len(first) + len(rest.content) == 30 * len(BLOCK)
    assert first + rest.content == BLOCK * 30

    def row() -> dict:
        return server.http("technician_a").get(f"/api/files/session/{sitting.id}").json()["files"][0]

    assert _becomes(lambda: row()["status"] == "downloaded" or not requests.get(
        url, headers={**device, "Range": f"bytes={len(first)}-"}, timeout=60).content, within=40)
    assert row()["downloaded_at"]


def test_the_helpers_chunked_upload(sitting: JoinedSession) -> None:
    server, device = sitting.server, sitting.server.cast["device"]
    answer = requests.post(server.url + "/api/files/upload", data=form(sitting.id, 3, "user-to-technician"), timeout=60,
                           headers={**device.headers, "Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 200, answer.text
    assert sitting.technician.heard("file-available")["size"] == 3 * len(BLOCK)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_sender_who_hangs_up_leaves_nothing(sitting: JoinedSession, is_chunked: bool) -> None:
    server, technician = sitting.server, sitting.server.cast["technician_a"]
    before = uploads(server)
    body = head(sitting.id) + BLOCK
    length = "Transfer-Encoding: chunked" if is_chunked else "Content-Length: 50000000"
    request = (f"POST /api/files/upload HTTP/1.1\r\nHost: x\r\nAuthorization: {technician.headers['Authorization']}\r\n"
               f"Content-Type: multipart/form-data; boundary=b\r\n{length}\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(request + (b"%x\r\n" % len(body) if is_chunked else b"") + body)
        assert _becomes(lambda: len(uploads(server)) == len(before) + 1)
    assert _becomes(lambda: uploads(server) == before)
    assert server.http("technician_a").get(f"/api/files/session/{sitting.id}").json()["files"] == []


def test_a_refused_upload_is_told_why(sitting: JoinedSession) -> None:
    sitting.helper.call("consent-revoke", {"sessionId": sitting.id, "rights": ["files"]})
    answer = requests.post(sitting.server.url + "/api/files/upload", data=Sized(sitting.id, 20), timeout=60, headers={
        **sitting.server.cast["technician_a"].headers, "Content-Type": "multipart/form-data; boundary=b"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "NOT_CONSENTED")


def _becomes(fact, *, within: float = 40) -> bool:
    deadline = time.monotonic() + within
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.02)
    return fact()
