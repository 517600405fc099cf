"""So many sockets may be open of an address's strangers; whoever has shown who they are takes up none of that room."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests
import websocket

from connectassist.core.errors import RateLimited
from connectassist.identity import principal
from connectassist.realtime.strangers import (
    ADDRESSES,
    LARGEST_OF_STRANGERS,
    MOST_OF_ONE,
    Guest,
    Strangers,
    origin_of,
)
from tests.live.lines import JsonSocket, in_query, registered_device
from tests.live.server import Server

HERE = "192.0.2.1"


@pytest.fixture
def strangers() -> Strangers:
    found = Strangers()
    found.most = 3
    return found


def test_an_address_has_room_for_so_many_until_they_show_who_they_are(strangers: Strangers) -> None:
    guests = [Guest(strangers, HERE) for _ in range(3)]
    with pytest.raises(RateLimited):
        strangers.require_room(HERE)
    strangers.require_room("192.0.2.2")
    guests[0].is_known("socket", principal.nobody(HERE))
    with pytest.raises(RateLimited):
        strangers.require_room(HERE)
    guests[0].is_known("socket", principal.device("d"))
    guests[0].sits("AAA-000-AAA")
    strangers.require_room(HERE)
    guests[0].takes_back("socket")
    strangers.require_room(HERE)
    guests[0].takes_back("AAA-000-AAA")
    with pytest.raises(RateLimited):
        strangers.require_room(HERE)
    for guest in guests:
        guest.leaves()
        guest.leaves()
    assert not strangers.waiting and not strangers.known, "nothing is kept of those who left"


def test_all_addresses_together_have_a_limit_and_so_has_somebody_known(strangers: Strangers) -> None:
    for number in range(ADDRESSES):
        for _ in range(3):
            Guest(strangers, f"198.51.100.{number}")
    with pytest.raises(RateLimited):
        strangers.require_room(HERE)
    by = principal.device("d")
    for number in range(MOST_OF_ONE):
        strangers.require_place(by)
        Guest(strangers, HERE).is_known(f"{number}", by)
    with pytest.raises(RateLimited):
        strangers.require_place(by)
    strangers.require_place(principal.device("another"))
    strangers.most = 0
    strangers.require_place(by)
    strangers.require_room(HERE)


def test_what_counts_as_one_place() -> None:
    assert origin_of("192.0.2.1") != origin_of("192.0.2.2")
    assert origin_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert origin_of("2001:db8::1") == origin_of("2001:db8::ffff:1") != origin_of("2001:db8:0:1::1")
    assert origin_of("fe80::1%eth0") == origin_of("fe80::2")
    assert origin_of("") == origin_of("nonsense")


def test_sockets_of_every_kind_are_counted(start_server: Callable[..., Server]) -> None:
    server = start_server(rate_limits="on", strangers_per_address=3)
    strangers = [_line(server), _line(server), JsonSocket(server, "/ws/customer")]
    strangers[2].asks("ping")
    for refused in (lambda: _line(server), lambda: JsonSocket(server, "/ws/customer"),
                    lambda: JsonSocket(server, "/ws/device")):
        with pytest.raises(websocket.WebSocketBadStatusException) as problem:
            refused()
        assert problem.value.status_code == 429
    polling = requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling", timeout=30)
    assert polling.status_code == 429 and int(polling.headers["Retry-After"]) > 0
    device, customer = registered_device(server), server.cast["customer"]
    known = [JsonSocket(server, in_query(device)), JsonSocket(server, f"/ws/customer?token={customer.token}")]
    assert all(line.asks("ping")["type"] == "pong" for line in known), "who shows at once who they are comes in"
    strangers[0].send("40" + json.dumps(server.cast["technician_a"].socket_auth))
    while not strangers[0].recv().startswith("40"):
        pass
    strangers[2].say("auth", token=customer.token)
    strangers[2].hears("auth_success")
    more = [_line(server), _line(server)]
    with pytest.raises(websocket.WebSocketBadStatusException):
        _line(server)
    more[0].close()
    _line(server).close()


def _line(server: Server) -> websocket.WebSocket:
    """An Engine.IO connection of nobody."""
    made = websocket.create_connection(server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket",
                                       timeout=30)
    assert made.recv().startswith("0")
    return made


def test_a_stranger_on_socket_io_may_say_little_at_a_time(engine_server: Server) -> None:
    """A message that never ends waits here for as long as somebody likes."""
    line, known = _line(engine_server), _line(engine_server)
    known.send("40" + json.dumps(engine_server.cast["technician_a"].socket_auth))
    while not known.recv().startswith("40"):
        pass
    said = "421" + json.dumps(["no-such-event", {"text": "x" * LARGEST_OF_STRANGERS}])
    known.send(said)
    while not known.recv().startswith("431"):
        pass
    line.send(said)
    with pytest.raises(websocket.WebSocketException):
        while line.recv():
            pass
        raise websocket.WebSocketException("closed, with a word")
    known.close()
