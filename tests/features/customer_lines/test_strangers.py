"""Lines on which nobody has shown yet who they are: how many may come from one place."""

from __future__ import annotations

from collections import Counter

import pytest

from connectassist.core.errors import RateLimited
from connectassist.features.customer_lines import service
from connectassist.features.customer_lines.service import CustomerLine
from connectassist.realtime import hub_sockets


def test_a_network_of_ipv6_is_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "STRANGERS", Counter())
    monkeypatch.setattr(hub_sockets.PINGS, "expect", lambda *line: None)
    lines = [CustomerLine(None, address=f"2001:db8::{number:x}") for number in range(service.MOST_STRANGERS_OF_ONE)]
    for line in lines:
        service.require_room(line.address)
        line.opened()
    with pytest.raises(RateLimited):
        service.require_room("2001:db8::ffff")
    service.require_room("2001:db8:0:1::1")
    service.require_room("192.0.2.1")
    for line in lines:
        line.left()
    assert not service.STRANGERS
