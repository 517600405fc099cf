"""The queue under fire: its server is killed again and again, and no promise is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Template
from tests.features.commands.history import History
from tests.features.commands.storm import Storm, sqlite_in
from tests.live.server import Server


def weathered(server: Server, database_url: str, *, kills: int) -> History:
    """The history of a storm that nothing was broken in."""
    storm = Storm(server).begin()
    storm.blow(kills=kills, between=lambda dice: dice.uniform(0.3, 1.2))
    history = storm.calm(database_url)
    assert not storm.failures
    assert history.problems() == []
    return history


@pytest.fixture
def on_sqlite(sqlite_template: Template, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, cast=sqlite_template.cast, **sqlite_template.copy_to(tmp_path))
    yield server.start()
    server.stop()


def test_no_promise_is_broken_while_the_server_dies(on_sqlite: Server) -> None:
    history = weathered(on_sqlite, sqlite_in(on_sqlite.folder), kills=3)
    assert {each.state for each in history.ended} >= {"done", "failed"}
    assert any(each.id is None for each in history.asked), "no answer was lost, so nothing was tried"


def test_nor_on_postgresql(start_server: Callable[..., Server], postgres_url: str) -> None:
    assert weathered(start_server(database_url=postgres_url), postgres_url, kills=1).ended
