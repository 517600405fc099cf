"""A small fleet on a real server: the cast's two devices on `/agent`, and its staff on `/it`."""

from __future__ import annotations

from tests.cast import DEVICE_ID, DEVICE_OF_B_ID
from tests.live.server import Server
from tests.live.sockets import Socket

PATIENCE = 30


class Fleet:
    """Sockets of the cast, each opened when it is first asked for: `fleet.it("technician_a")`, `fleet.agent`."""

    device_id, device_of_b_id = DEVICE_ID, DEVICE_OF_B_ID

    def __init__(self, server: Server) -> None:
        self.server = server
        self._open: dict[str, Socket] = {}

    def it(self, name: str, *, prefix: str = "") -> Socket:
        """A member of staff's dashboard."""
        return self._opened(name, prefix + "/it")

    @property
    def agent(self) -> Socket:
        """The device of client A."""
        return self._opened("device", "/agent")

    @property
    def agent_of_b(self) -> Socket:
        """The device of client B."""
        return self._opened("device_b", "/agent")

    def _opened(self, name: str, namespace: str) -> Socket:
        known = name + namespace
        if known not in self._open:
            self._open[known] = self.server.socket(name, namespace=namespace)
            self._open[known].call("no-such-event", {})  # so that the server has greeted it
            self._open[known].forget()
        return self._open[known]

    def leave(self, name: str, namespace: str) -> None:
        """Close one of the sockets."""
        self._open.pop(name + namespace).close()

    def close(self) -> None:
        for socket in self._open.values():
            socket.close()
