"""Reverse VNC: the customer's computer connects, its session's technicians may look, and the act is the consent."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from tests.features.vnc.conftest import BANNER, Computer, Place, ending, on_both

USUAL = ["view", "control", "clipboard", "files"]


@on_both
def test_bytes_pass_both_ways_until_the_computer_goes(place: Callable[..., Place]) -> None:
    here = place()
    technician = here.sitting.technician()
    assert here.is_told_off() == 403, "nobody has allowed anything yet"
    computer = here.connects()
    assert technician.heard("consent-changed")["rights"] == USUAL
    assert technician.heard("vnc-ready") == {"sessionId": here.id, "kind": "reverse"}
    row = here.sitting.row()
    assert (row["status"], row["vnc_connected"], row["helper_connected"]) == ("connected", True, False)

    viewer = here.views()
    assert viewer.subprotocol == "binary"
    assert viewer.recv() == BANNER
    much = os.urandom(3_000_000)
    threading.Thread(target=computer.tcp.sendall, args=[much], daemon=True).start()
    got = b""
    while len(got) < len(much):
        got += viewer.recv()
    assert got == much
    for start in range(0, len(much), 500_000):
        viewer.send_binary(much[start:start + 500_000])
        assert computer.reads(500_000) == much[start:start + 500_000]

    computer.close()
    assert ending(viewer) == (4410, "The VNC connection ended")
    assert technician.heard("vnc-disconnected")["kind"] == "reverse"
    assert technician.heard("consent-changed")["rights"] == [], "the act is over, and with it what it allowed"
    row = here.sitting.row()
    assert (row["status"], row["vnc_connected"]) == ("waiting", False)
    told = [line["kind"] for line in here.server.http("technician_a").get(
        f"/api/sessions/{here.id}/timeline").json()["timeline"]]
    assert [kind for kind in told if kind.startswith("vnc")] == ["vnc_joined", "vnc_left"]


@on_both
def test_it_connects_again(place: Callable[..., Place]) -> None:
    here = place()
    technician = here.sitting.technician()
    here.connects()
    technician.heard("vnc-ready")
    older = here.views()
    assert older.recv() == BANNER
    newer = here.connects()
    technician.heard("vnc-ready")
    assert ending(older)[0] == 4410, "the newest connection counts"
    viewer = here.views()
    assert viewer.recv() == BANNER
    viewer.send_binary(b"hello")
    assert newer.reads(5) == b"hello"


def test_a_technician_who_comes_later_is_let_in(place: Callable[..., Place]) -> None:
    here = place()
    here.connects()
    technician = here.sitting.technician()
    technician.heard("vnc-ready")
    assert here.views().recv() == BANNER
    other = here.sitting.technician("admin")
    other.heard("vnc-ready")
    assert ending(here.views("admin")) == (4409, "Tina Acme is looking at this VNC connection")


def test_closing_the_viewer_ends_the_connection(place: Callable[..., Place]) -> None:
    """VNC shakes hands once, so nobody else could use what is left of it."""
    here = place()
    technician = here.sitting.technician()
    computer = here.connects()
    technician.heard("vnc-ready")
    viewer = here.views()
    assert viewer.recv() == BANNER
    viewer.close()
    assert computer.is_refused()
    technician.heard("vnc-disconnected")


@on_both
def test_ending_the_session_ends_the_connection(place: Callable[..., Place]) -> None:
    here = place()
    technician = here.sitting.technician()
    computer = here.connects()
    technician.heard("vnc-ready")
    viewer = here.views()
    assert viewer.recv() == BANNER
    here.server.http("technician_a").delete(f"/api/sessions/{here.id}")
    assert ending(viewer)[0] in (4403, 4410)
    assert computer.is_refused()
    assert here.connects().is_refused(), "nor does it come back into a session that is over"


def test_a_helper_takes_over(place: Callable[..., Place]) -> None:
    here = place()
    technician = here.sitting.technician()
    computer = here.connects()
    technician.heard("vnc-ready")
    here.sitting.helper(rights=[])
    assert computer.is_refused()
    technician.heard("vnc-disconnected")
    assert here.connects().is_refused(), "its customer is asked in the helper's window"


@pytest.mark.parametrize("beginning", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64, b"RFB 003.xyz\n", b"ID:" + b"A" * 247])
def test_what_is_no_vnc_server_is_closed(place: Callable[..., Place], beginning: bytes) -> None:
    here = place()
    assert Computer(here.door, banner=beginning).is_refused()
    assert not here.sitting.row()["vnc_connected"]


def test_one_that_talks_unasked_is_closed(place: Callable[..., Place]) -> None:
    here = place()
    assert here.connects(banner=BANNER + b"x" * 20_000).is_refused()


@on_both
def test_a_half_open_connection_holds_up_nobody(place: Callable[..., Place]) -> None:
    here = place()
    technician = here.sitting.technician()
    here.connects(banner=b"")
    here.connects(banner=b"RFB")
    here.connects()
    technician.heard("vnc-ready")


def test_a_connection_belongs_to_one_session_or_to_none(place: Callable[..., Place]) -> None:
    here = place()
    neighbour, http = here.server.cast["device_b"].device_id, here.server.http("technician_b")
    theirs = http.post(f"/api/devices/{neighbour}/request").json()["sessionId"]
    here.server.http("device_b").post("/api/sessions/register", json={"sessionId": theirs})
    assert here.connects().is_refused(), "two customers behind one address"
    technician = here.sitting.technician()
    named = here.connects(said=b"ID:" + here.id.encode().ljust(247, b"\0"))
    technician.heard("vnc-ready")
    named.close()
    technician.heard("vnc-disconnected")
    http.delete(f"/api/sessions/{theirs}")
    assert here.connects(said=b"ID:AAA-000-AAA".ljust(250, b"\0")).is_refused()
    here.connects()
    technician.heard("vnc-ready")


def test_an_address_that_nobody_registered_from_is_refused(place: Callable[..., Place]) -> None:
    here = place()
    here.registers(headers={"X-Forwarded-For": "203.0.113.9"})  # behind a proxy that the settings don't know of
    assert here.connects().is_refused()
