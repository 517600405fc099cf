"""The WebSocket's door: who may come in, and what ends a connection."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import pytest
import requests
import websocket

from tests.cast import PASSWORD
from tests.features.vnc.conftest import BANNER, Computer, Place, ending, on_both


@pytest.fixture
def shown(place: Callable[..., Place]) -> tuple[Place, Computer]:
    """A session whose screen is there, and its technician."""
    here = place()
    technician = here.sitting.technician()
    computer = here.connects()
    technician.heard("vnc-ready")
    return here, computer


@on_both
def test_who_may_come_in(shown: tuple[Place, Computer]) -> None:
    here, _ = shown
    assert here.is_told_off("nobody") == 401
    assert here.is_told_off("customer") == 403
    assert here.is_told_off("viewer_a") == 403
    assert here.is_told_off("technician_b") == 404
    assert here.is_told_off("device") == 401
    assert here.is_told_off("admin") == 403, "the customer let in the technicians of the session"
    assert here.is_told_off(origin="https://evil.example") == 403
    assert here.server.http("technician_a").get(f"/websockify?session={here.id}").status_code == 426
    assert here.server.http("technician_a").get(f"/remote/websockify?session={here.id}").status_code == 426
    assert here.views(origin=here.server.url).recv() == BANNER


def test_signing_out_ends_it(shown: tuple[Place, Computer]) -> None:
    here, computer = shown
    with requests.Session() as person:
        person.trust_env = False
        signed_in = person.post(here.server.url + "/api/auth/local/login",
                                json={"username": "tina", "password": PASSWORD})
        cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        viewer = websocket.create_connection(f"{here.server.url.replace('http', 'ws')}/websockify?session={here.id}",
                                             cookie=cookies, origin=here.server.url, timeout=30)
        assert viewer.recv() == BANNER
        token = {"Authorization": "Bearer " + signed_in.json()["token"]}
        assert requests.post(here.server.url + "/api/auth/logout", headers=token, timeout=30).status_code == 200
    assert computer.is_refused()


@on_both
def test_messages_have_a_largest_size(shown: tuple[Place, Computer]) -> None:
    here, _ = shown
    viewer = here.views()
    assert viewer.recv() == BANNER
    viewer.send_binary(b"x" * (2 * 1024 * 1024))
    assert ending(viewer)[0] == 1009


def test_text_is_no_vnc(shown: tuple[Place, Computer]) -> None:
    here, _ = shown
    viewer = here.views()
    assert viewer.recv() == BANNER
    viewer.send("hello")
    assert ending(viewer)[0] == 1003


#: Unmasked, of an unknown kind, with reserved bits, a ping that is too long, a loose end, one without an end.
BROKEN = (b"\x82\x05hello", b"\x83\x80\0\0\0\0", b"\xf2\x80\0\0\0\0", b"\x89\xfe\x01\x00\0\0\0\0" + b"x" * 256,
          b"\x80\x80\0\0\0\0", b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0")


@on_both
def test_broken_frames_end_it(place: Callable[..., Place]) -> None:
    here = place()
    technician = here.sitting.technician()
    for frame in BROKEN:
        computer = here.connects()
        technician.heard("vnc-ready")
        viewer = here.views()
        assert viewer.recv() == BANNER
        viewer.sock.sendall(frame)
        assert computer.is_refused(), frame
        technician.heard("vnc-disconnected")
    assert "Traceback" not in here.server.log.read_text()


@pytest.mark.parametrize("missing", ["Sec-WebSocket-Key", "Sec-WebSocket-Version"])
def test_half_a_handshake_is_refused(shown: tuple[Place, Computer], missing: str) -> None:
    here, _ = shown
    said = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    del said[missing]
    answer = here.server.http("technician_a").get(f"/websockify?session={here.id}", headers=said)
    assert answer.status_code == 400


@on_both
def test_a_stalled_viewer_costs_no_memory_and_holds_up_nobody(shown: tuple[Place, Computer]) -> None:
    here, computer = shown
    viewer = here.views()
    assert viewer.recv() == BANNER
    before = _resident(here.server.process_id)
    computer.tcp.settimeout(2)
    sent = 0
    with pytest.raises(TimeoutError):
        while sent < 200_000_000:
            sent += computer.tcp.send(b"x" * 1_000_000)
    assert requests.get(here.server.url + "/api/health", timeout=40).status_code == 200
    assert _resident(here.server.process_id) - before < 30_000_000
    viewer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    viewer.sock.close()  # as a machine that crashes does


def _resident(process_id: int) -> int:
    """Bytes of a process's memory."""
    with open(f"/proc/{process_id}/statm") as figures:
        return int(figures.read().split()[1]) * 4096
