"""The sentence of each situation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

DESCRIBE = "async (m, facts, now) => m.describe({ ...(await import('/static/session/store.js')).BLANK, ...facts }, now)"
HERE = {"line": "up", "joined": True, "helperOnline": True}
SEES = {**HERE, "rights": ["view", "control"], "picture": "live"}


@pytest.mark.parametrize(("facts", "state", "words"), [
    ({}, "joining", "Connecting to the server"),
    ({"line": "up"}, "joining", "Joining"),
    ({"line": "up", "refusal": "This session is over or does not exist."}, "refused", "does not exist"),
    ({**HERE, "helperOnline": False}, "waiting", "Waiting for the customer's computer"),
    ({**HERE, "helperOnline": False, "helperLostAt": 88_000}, "helper-lost", "lost 12 s ago"),
    ({**SEES, "line": "down", "lineLostAt": 80_000}, "line-lost", "lost 20 s ago"),
    (HERE, "idle", "Ask for what you need"),
    ({**HERE, "asking": {"rights": ["view", "control"], "until": 123_000}}, "asking",
     "(23 s). Asked: see the screen and control it"),
    ({**HERE, "answer": {"outcome": "declined"}}, "declined", "The customer declined"),
    ({**HERE, "answer": {"outcome": "timeout"}}, "timeout", "didn't answer within 30 seconds"),
    ({**HERE, "takenBack": ["view", "control"], "takenBy": "customer"}, "revoked", "took back the view"),
    ({**HERE, "rights": ["view"]}, "connecting", "Starting the picture"),
    ({**HERE, "takenBack": ["view"], "takenBy": "server"}, "revoked", "helper was started anew"),
    ({"line": "up", "refusal": "Not found.", "over": True, "known": True}, "ended", "This session is over."),
    (SEES, "connected", "Connected"),
    ({**SEES, "answer": {"outcome": "partly", "refused": ["files"]}}, "connected", "not allow you to exchange files"),
    ({**HERE, "answer": {"outcome": "partly", "refused": ["view"]}}, "idle", "did not allow you to see the screen"),
    ({**SEES, "picture": "stalled"}, "stalled", "The picture stopped"),
    ({**SEES, "rights": ["view"], "takenBack": ["control"], "takenBy": "customer"}, "connected",
     "took back your right to control it"),
    ({**SEES, "ended": {"by": "customer"}}, "stopped", "pressed Stop"),
    ({**SEES, "ended": {"by": "technician"}}, "ended", "has ended"),
])
def test_what_is_said(run: Callable[..., Any], facts: dict[str, Any], state: str, words: str) -> None:
    status = run("status", DESCRIBE, facts, 100_000)
    assert status["state"] == state
    assert words in status["text"]


@pytest.mark.parametrize("by", ["customer", "technician", "server"])
def test_an_end_offers_the_case(run: Callable[..., Any], by: str) -> None:
    assert run("status", DESCRIBE, {**SEES, "ended": {"by": by}}, 0)["actions"] == ["case", "dashboard"]


def test_a_no_can_be_asked_again_and_is_no_longer_said_once_there_is_a_yes(run: Callable[..., Any]) -> None:
    assert run("status", DESCRIBE, {**HERE, "answer": {"outcome": "declined"}}, 0)["actions"] == ["again"]
    partly = run("status", DESCRIBE, {**SEES, "answer": {"outcome": "declined"}}, 0)
    assert partly["state"] == "connected" and partly["notice"], "the picture stays while more was refused"
