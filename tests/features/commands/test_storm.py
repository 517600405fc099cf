"""The queue under fire: its server is killed again and again, and no promise is broken."""

from __future__ import annotations

from collections.abc import Callable

from tests.features.commands.storm import Storm
from tests.live.server import Server


def test_no_promise_is_broken_while_the_server_dies(start_server: Callable[..., Server]) -> None:
    server = start_server()
    storm = Storm(server).begin()
    storm.blow(kills=3, between=lambda dice: dice.uniform(0.3, 1.2))
    history = storm.calm(f"sqlite:///{server.folder / 'instance' / 'connectassist.db'}")
    assert not storm.failures
    assert history.problems() == []
    assert {each.state for each in history.ended} >= {"done", "failed"}
    assert any(each.id is None for each in history.asked), "no answer was lost, so nothing was tried"
