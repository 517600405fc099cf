"""Tickets as tests find them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectassist.core import clock
from tests.cast import DEVICE_ID, Caller


@pytest.fixture
def make(technician_a: Caller) -> Callable[..., dict[str, Any]]:
    """Open a ticket about client A's device as its technician."""
    def make(**told: Any) -> dict[str, Any]:
        answer = technician_a.post("/api/tickets", json={
            "device_id": DEVICE_ID, "title": "The printer is mute", "description": "Nothing comes out",
            "priority": "medium", **told})
        assert answer.status_code == 201, answer.text
        return answer.json
    return make


@pytest.fixture
def hers(customer: Caller) -> dict[str, Any]:
    """A ticket that the customer opened."""
    answer = customer.post("/api/tickets", json={"title": "No mail", "description": "Since Monday", "priority": "high",
                                                 "category": "other"})
    assert answer.status_code == 201, answer.text
    return answer.json


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """Let time go on: `later(minutes=5)`."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])

    def later(**span: float) -> datetime:
        at[0] += timedelta(**span)
        return at[0]
    return later
