"""Who does not answer a ping is let go; who does stays. Over both transports, on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests
import websocket

from tests.attacks.raw_socket import RawSocket
from tests.live.server import Server
from tests.live.sockets import Socket

GONE = "1"


@pytest.fixture(params=["eventlet", "gevent"])
def hasty(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Server:
    """A server that pings every second."""
    return start_server(async_mode=request.param, ping_interval=1, ping_timeout=3)


def opened(server: Server) -> str:
    """A polling connection's Engine.IO sid, connected to the namespace."""
    url = server.url + "/socket.io/?EIO=4&transport=polling"
    hello = json.loads(requests.get(url, timeout=40).text[1:])
    assert (hello["pingInterval"], hello["pingTimeout"]) == (1000, 3000)
    assert hello["upgrades"] == ["websocket"]
    url += "&sid=" + hello["sid"]
    assert requests.post(url, data="40", timeout=40).text == "OK"
    return url


def test_silence_ends_a_connection(hasty: Server) -> None:
    faithful = Socket(hasty.url)
    silent, quick = RawSocket(hasty), RawSocket(hasty)
    frames = []
    try:
        while (frame := silent.line.recv()) != "":
            frames.append(frame)
    except websocket.WebSocketConnectionClosedException:
        pass
    assert frames == ["2", GONE], "a ping, then the end"
    url = opened(hasty)
    packets: list[str] = []
    while (answer := requests.get(url, timeout=20)).status_code == 200:
        packets += answer.text.split("\x1e")
    assert packets[0].startswith("40")
    assert "2" in packets
    quick.send("1")
    with pytest.raises(websocket.WebSocketConnectionClosedException):
        while quick.line.recv() != "":
            pass
        raise websocket.WebSocketConnectionClosedException
    assert faithful.is_open, "python-socketio answered each"
    assert faithful.call("no-such-event", {})["error_code"] == "UNKNOWN_EVENT"
    faithful.close()
