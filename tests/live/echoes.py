"""Two WebSockets that say back what they hear, one of each kind."""

from __future__ import annotations

from flask import Blueprint, Response

from connectassist.http.guard import ANYONE, who_may
from connectassist.identity import principal
from connectassist.realtime import hub_sockets, websockets
from connectassist.realtime.hub_sockets import HubSocket
from connectassist.realtime.websockets import WebSocket, websocket

blueprint = Blueprint("echoes", __name__)


class Echo:
    """The owner of a hub's socket that says everything back."""

    def opened(self, line: HubSocket) -> None:
        self._line = line

    def heard(self, message: str | bytes) -> None:
        self._line.send(message)

    def answered(self, payload: bytes) -> None:
        pass

    def lost(self) -> None:
        pass


def _say_back(line: WebSocket) -> None:
    for message in line:
        line.send(message)


@websocket(blueprint, "/echo")
@who_may(ANYONE)
def echo() -> Response:
    """Everything back, from a green thread."""
    return websockets.upgrade(_say_back)


@websocket(blueprint, "/echo-in-hub")
@who_may(ANYONE)
def echo_in_hub() -> Response:
    """Everything back, from the hub."""
    return hub_sockets.upgrade(Echo(), by=principal.system("echo"), choose=lambda offered: None)
