"""Guessing sessionIds over a socket comes out of the budget that HTTP has."""

from __future__ import annotations

from collections.abc import Callable

from tests.live.server import Server
from tests.live.sockets import Socket


def test_a_stranger_who_guesses_is_stopped_on_both_ways(start_server: Callable[..., Server]) -> None:
    server = start_server(rate_limits="on")
    with Socket(server.url) as stranger:
        answers = [stranger.join(f"AAA-{number}-AAA", "helper")["error_code"] for number in range(200, 222)]
    assert answers[:20] == ["SESSION_NOT_FOUND"] * 20
    assert answers[20:] == ["RATE_LIMITED"] * 2
    assert server.http("nobody").get("/api/sessions/AAA-300-AAA").status_code == 429
