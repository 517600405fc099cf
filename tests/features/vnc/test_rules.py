"""What is decided without a connection: whom the server may call, and what a beginning means."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest
from flask import Flask

from connectassist.features.sessions import queries, service
from connectassist.features.vnc import addresses, rfb
from connectassist.features.vnc.lines import exactly
from tests.cast import Caller
from tests.features.sittings import allow, open_session


@pytest.mark.parametrize(("address", "port", "may"), [
    ("203.0.113.9", 5900, True), ("10.0.0.7", 5901, True), ("2001:db8::1", 5900, True), ("::ffff:10.0.0.7", 5900, True),
    ("127.0.0.1", 5900, True), ("10.0.0.7", 22, False), ("10.0.0.7", None, False), ("10.0.0.7", 65536, False),
    ("169.254.169.254", 5900, False), ("::ffff:169.254.169.254", 5900, False), ("fe80::1%eth0", 5900, False),
    ("224.0.0.1", 5900, False), ("ff02::1", 5900, False), ("0.0.0.0", 5900, False), ("::", 5900, False),
    ("255.255.255.255", 5900, False), ("metadata.internal", 5900, False), ("", 5900, False)])
def test_whom_the_server_may_call(address: str, port: int | None, may: bool) -> None:
    assert addresses.is_callable(address, port) is may


def test_one_address_has_one_spelling() -> None:
    assert addresses.plain("::ffff:203.0.113.9") == "203.0.113.9"
    assert addresses.plain("2001:DB8:0::1") == "2001:db8::1"
    assert addresses.plain("nonsense") == ""


@pytest.mark.parametrize(("said", "session"), [
    (b"ID:9PD-835-6DE", "9PD-835-6DE"), (b"ID:9pd-835-6de\0\0garbage", "9PD-835-6DE"), (b"ID:12345", None),
    (b"ID:\xff\xfe", None), (b"ID:../../etc", None), (b"ID:", None)])
def test_the_session_that_a_repeaters_prefix_names(said: bytes, session: str | None) -> None:
    assert rfb.named_session(said.ljust(250, b"\0")) == session


@pytest.mark.parametrize(("line", "is_it"), [
    (b"RFB 003.008\n", True), (b"RFB 003.889\n", True), (b"RFB 004.001\n", True), (b"RFB 003.008\r", False),
    (b"GET / HTTP/1", False), (b"SSH-2.0-Open", False), (b"", False)])
def test_how_a_vnc_server_begins(line: bytes, is_it: bool) -> None:
    assert rfb.is_banner(line) is is_it


def test_after_a_start_nothing_is_left_of_what_a_connection_allowed(app: Flask, device: Caller) -> None:
    session_id = open_session(device)
    assert device.post("/api/sessions/register", json={"sessionId": session_id}).status_code == 200
    allow(app, session_id, "view", "control")
    with app.app_context():
        service.recover()
        session = queries.live(session_id)
        assert (session.status, session.rights, session.admitted) == ("waiting", [], [])


def test_nobody_stays_by_a_byte_now_and_then() -> None:
    ours, theirs = socket.socketpair()
    is_over = threading.Event()

    def dribble() -> None:
        with suppress(OSError):
            while not is_over.wait(0.05):
                theirs.sendall(b"A")

    threading.Thread(target=dribble, daemon=True).start()
    with ours, theirs, pytest.raises(TimeoutError):
        exactly(ours, 1000, until=time.monotonic() + 0.4)
    is_over.set()
