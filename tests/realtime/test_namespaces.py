"""The doors of `/agent` and `/it`, on both engines: who gets in, who is turned away and how."""

from __future__ import annotations

import pytest

from tests.cast import DEVICE_ID
from tests.live.server import Server
from tests.live.sockets import Socket


def open_to(server: Server, namespace: str, name: str, **options: object) -> Socket:
    return server.socket(name, namespace=namespace, **options)


@pytest.mark.parametrize("prefix", ["", "/pocket-it"])
@pytest.mark.parametrize(("namespace", "name"), [("/agent", "device"), ("/it", "technician_a"), ("/it", "admin"),
                                                 ("/it", "viewer_a")])
def test_whom_it_is_for_gets_in(engine_server: Server, prefix: str, namespace: str, name: str) -> None:
    with open_to(engine_server, prefix + namespace, name) as socket:
        assert socket.call("no-such-event", {})["error_code"] == "UNKNOWN_EVENT"
        assert socket.call("no-such-event")["error_code"] == "UNKNOWN_EVENT", "without a payload"
        assert socket.is_open


@pytest.mark.parametrize(("namespace", "name"), [("/agent", "nobody"), ("/agent", "technician_a"), ("/agent", "admin"),
                                                 ("/it", "nobody"), ("/it", "customer"), ("/it", "device")])
def test_others_are_let_in_and_shown_out_at_once(engine_server: Server, namespace: str, name: str) -> None:
    with open_to(engine_server, namespace, name) as socket:
        socket.heard("disconnect")
        assert not socket.names()


def test_a_device_may_show_its_secret_in_the_query(engine_server: Server) -> None:
    member = engine_server.cast["device"]
    query = f"?deviceId={member.device_id}&deviceSecret={member.device_secret}&hostname=desk"
    with open_to(engine_server, "/agent", "nobody", query=query) as socket:
        assert socket.call("no-such-event", {})["error_code"] == "UNKNOWN_EVENT"


@pytest.mark.parametrize("auth", [{"deviceId": DEVICE_ID}, {"deviceId": DEVICE_ID, "deviceSecret": "wrong"},
                                  {"deviceId": "no-such-device"}, {"deviceId": {}, "deviceSecret": []}, {}])
def test_a_device_id_alone_is_no_proof(engine_server: Server, auth: dict) -> None:
    with open_to(engine_server, "/agent", "nobody", auth=auth) as socket:
        socket.heard("disconnect")


def test_an_event_by_a_reserved_name_ends_nothing(engine_server: Server) -> None:
    with open_to(engine_server, "/it", "technician_a") as socket:
        socket.emit("disconnect", {})
        socket.emit("connect", {})
        assert socket.heard("error_message")["message"] == "There is no such event"
        assert socket.call("no-such-event", "text")["error_code"] == "UNKNOWN_EVENT"
        assert socket.is_open
