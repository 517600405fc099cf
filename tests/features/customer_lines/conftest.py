"""The cast's customer with lines, and devices of theirs, on the run's real servers, once for each engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import Member
from tests.live.lines import JsonSocket, in_query, registered_device
from tests.live.server import Http, Server


class Portal:
    """A customer's page: `portal.opens()` is a line, `portal.device()` a device of theirs."""

    def __init__(self, server: Server) -> None:
        self.server, self.customer = server, server.cast["customer"]
        self.lines: list[JsonSocket] = []

    def opens(self, path: str = "/ws/customer", **options: Any) -> JsonSocket:
        """A line, with nothing shown unless the address or the options do."""
        self.lines.append(JsonSocket(self.server, path, **options))
        return self.lines[-1]

    def signed_in(self) -> JsonSocket:
        """A line with the token in the query, as the document has it."""
        line = self.opens(f"/ws/customer?token={self.customer.token}")
        line.hears("auth_success")
        return line

    def device(self) -> Member:
        """A device of the customer's, registered over the gateway."""
        return registered_device(self.server)

    def device_line(self, device: Member) -> JsonSocket:
        """The device's own line."""
        self.lines.append(JsonSocket(self.server, in_query(device)))
        return self.lines[-1]

    def device_http(self, device: Member) -> Http:
        """The device over HTTP."""
        return Http(self.server.url, device)


@pytest.fixture
def portal(engine_server: Server) -> Iterator[Portal]:
    made = Portal(engine_server)
    yield made
    for line in made.lines:
        line.close()
