"""The opening handshake of plain WebSockets, byte by byte, and connections that end in the middle of something."""

from __future__ import annotations

import base64
import socket
from contextlib import suppress

import pytest

from tests.live.server import Server

KEY = base64.b64encode(b"sixteen bytes ok").decode()
GOOD = {"Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13"}
PATH = "/ws/customer"


def shakes(server: Server, *, method: str = "GET", path: str = PATH, version: str = "1.1", **changes: str | None,
           ) -> tuple[int, dict[str, str], socket.socket]:
    """Send a handshake; its status, headers and the connection. A header that is None is left out."""
    headers = {**GOOD, **{name.replace("_", "-"): value for name, value in changes.items()}}
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    said = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    line.sendall(f"{method} {path} HTTP/{version}\r\nHost: 127.0.0.1:{server.port}\r\n{said}\r\n".encode("latin-1"))
    head = b""
    while b"\r\n\r\n" not in head:
        more = line.recv(1)
        assert more, "the connection ended without an answer"
        head += more
    first, *rest = head.decode("latin-1").strip().split("\r\n")
    return int(first.split()[1]), {name.lower(): value.strip() for name, value in (
        each.split(":", 1) for each in rest)}, line


@pytest.mark.parametrize(("changes", "status"), [
    ({"Sec_WebSocket_Version": "8"}, 426), ({"Sec_WebSocket_Version": "14"}, 426),
    ({"Sec_WebSocket_Version": "thirteen"}, 426), ({"Sec_WebSocket_Version": None}, 400),
    ({"Sec_WebSocket_Key": None}, 400), ({"Sec_WebSocket_Key": "short"}, 400),
    ({"Sec_WebSocket_Key": base64.b64encode(b"fifteen bytes..").decode()}, 400), ({"Sec_WebSocket_Key": "é" * 24}, 400),
    ({"Connection": "keep-alive"}, 400), ({"Upgrade": "h2c"}, 426), ({"Upgrade": None}, 426), ({"method": "POST"}, 405),
], ids=lambda value: str(value))
def test_a_wrong_handshake_is_refused_in_http(engine_server: Server, changes: dict, status: int) -> None:
    got, headers, line = shakes(engine_server, **changes)
    assert got == status
    if status == 426:
        assert headers["sec-websocket-version"] == "13" and headers["upgrade"] == "websocket"
    line.close()


def test_a_good_one_is_accepted_as_the_rfc_computes_it(engine_server: Server) -> None:
    status, headers, line = shakes(engine_server, Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
                                   Sec_WebSocket_Extensions="permessage-deflate", Sec_WebSocket_Protocol="chat, v2")
    assert status == 101 and headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert "sec-websocket-extensions" not in headers, "no compression"
    assert "sec-websocket-protocol" not in headers, "none of these is ours"
    line.close()


@pytest.mark.parametrize(("sent", "code"), [
    (b"\x81\x05hello", 1002), (b"\xc1\x80abcd", 1002), (b"\x83\x80abcd", 1002), (b"\x89\xfe\x00\x7eabcd", 1002),
    (b"\x80\x80abcd", 1002), (b"\x81\x82\x00\x00\x00\x00\xc0\x80", 1007), (b"\x01\x81\x00\x00\x00\x00\xff", 1007),
    (b"\x88\x82\x00\x00\x00\x00\x03\xed", 1002), (b"\x88\x82\x00\x00\x00\x00\x0f\xa0", 4000),
    (b"\x88\x80\x00\x00\x00\x00", None), (b"\x82\xff\x00\x00\x00\x00\x00\x20\x00\x00abcd" + b"x" * 65_537, 1009),
], ids=["no mask", "reserved bit", "reserved opcode", "large ping", "nothing to go on with", "overlong", "fails fast",
        "code 1005 said aloud", "own code", "no code", "too large"])
def test_each_ending_has_its_code(engine_server: Server, sent: bytes, code: int | None) -> None:
    _, _, line = shakes(engine_server)
    with suppress(OSError):  # it may have had enough
        line.sendall(sent)
    assert _close_code(_until_the_end(line)) == code


def _until_the_end(line: socket.socket) -> bytes:
    heard = b""
    with suppress(OSError):
        while data := line.recv(4096):
            heard += data
    return heard


def _close_code(heard: bytes) -> int | None:
    """What the one frame, a close, says; None when it says no code."""
    assert heard[0] == 0x88 and heard[1] == len(heard) - 2, heard
    return int.from_bytes(heard[2:4], "big") if len(heard) > 2 else None
