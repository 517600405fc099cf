"""Direct VNC: the server calls the computer where the computer itself said that it is, once the customer allows it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.features.vnc.conftest import BANNER, Listening, Place, ending, on_both
from tests.live.sockets import Socket


def allowed(here: Place, name: str = "technician_a") -> Socket:
    """A technician joins, in a session to which the customer allowed unattended access, and asks."""
    technician = here.sitting.technician(name)
    settings = here.server.http("device").patch(f"/api/sessions/{here.id}/settings", json={"allowUnattended": True})
    assert settings.status_code == 200, settings.text
    asked = here.server.http(name).post(f"/api/sessions/{here.id}/connect", json={"rights": ["view", "control"]})
    assert asked.json()["approved"], asked.text
    return technician


@on_both
def test_it_is_called_when_the_customer_allows_it(place: Callable[..., Place], listening: Callable[..., Listening],
                                                  ) -> None:
    computer = listening()
    here = place(vncPort=computer.port)
    technician = here.sitting.technician()
    assert here.is_told_off() == 403
    assert not computer.callers, "nobody is called before"
    allowed(here)
    assert technician.heard("vnc-ready", within=40)["kind"] == "direct"
    viewer = here.views()
    assert viewer.recv() == BANNER
    viewer.send_binary(b"hello")
    assert computer.called().recv(5) == b"hello"
    computer.called().sendall(b"welcome")
    assert viewer.recv() == b"welcome"
    other = allowed(here, "admin")
    other.heard("vnc-ready", within=40)
    second = here.views("admin")
    assert second.recv() == BANNER, "each viewer gets a connection of its own"
    computer.called(2).sendall(b"you too")
    assert second.recv() == b"you too"
    viewer.close()
    computer.callers[-1].sendall(b"still here")
    assert second.recv() == b"still here"


def test_nothing_is_said_to_what_is_no_vnc_server(place: Callable[..., Place], listening: Callable[..., Listening],
                                                  ) -> None:
    web = listening(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    here = place(vncPort=web.port)
    technician = allowed(here)
    assert technician.heard("vnc-disconnected", within=40)["reason"] == (
        "The customer's computer does not answer on its VNC port")
    with suppress(ConnectionResetError):  # what it said was not read either
        assert web.called().recv(1) == b""
    assert ending(here.views())[0] == 4503


@pytest.mark.parametrize("port", [22, 1023])
def test_ports_of_system_services_are_not_called(place: Callable[..., Place], port: int) -> None:
    here = place(vncPort=port)
    allowed(here)
    assert ending(here.views()) == (4503, "The customer's computer has no VNC connection to show now")


def test_an_address_in_the_request_is_ignored(place: Callable[..., Place], listening: Callable[..., Listening]) -> None:
    computer, trap = listening(), listening()
    here = place(vncPort=computer.port)
    allowed(here).heard("vnc-ready", within=40)
    named = f"127.0.0.1:{trap.port}"
    viewer = here.views(query=f"&host=127.0.0.1&port={trap.port}&target={named}&token={named}&path={named}")
    assert viewer.recv() == BANNER
    http = here.server.http("technician_a")
    assert http.get(f"/websockify/{named}").status_code == 404
    assert http.get(f"/websockify?session={named}").status_code in (400, 404)
    for path, body in ((f"/api/sessions/{here.id}/connect", {"host": "127.0.0.1", "vncPort": trap.port}),
                       ("/api/sessions/register", {"sessionId": here.id, "vncPort": trap.port})):
        http.post(path, json=body)
    viewer.close()
    again = here.views()
    assert again.recv() == BANNER
    assert not trap.callers


def test_a_proxy_is_not_taken_for_the_customer(place: Callable[..., Place], listening: Callable[..., Listening],
                                               ) -> None:
    service = listening()
    here = place()
    here.registers(headers={"X-Forwarded-For": "203.0.113.9"}, vncPort=service.port)
    allowed(here)
    assert ending(here.views())[0] == 4503
    assert not service.callers
