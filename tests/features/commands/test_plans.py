"""What looks for commands that are not over reads those alone, however many are in the same state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from connectassist.core import clock
from connectassist.features.commands import deciding, queries
from connectassist.http.context import writer
from connectassist.identity import principal
from tests.cast import DEVICE_ID, DEVICE_OF_B_ID


def test_the_queues_own_indexes_are_taken(make_app: Callable[..., Flask]) -> None:
    """SQLite knows of no statistics and would read everything in a state: 23 ms for a page of devices, not 0.04."""
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM commands" in statement:
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.append(" ".join(row[3] for row in rows))

    with make_app(database_url="").test_request_context():
        event.listen(Engine, "before_cursor_execute", explain)
        try:
            queries.unfinished([DEVICE_ID, DEVICE_OF_B_ID])
            assert not queries.is_any_overdue()
            assert writer().do(lambda connection: deciding.settle(
                connection, principal.system(), now=clock.now())) == []
        finally:
            event.remove(Engine, "before_cursor_execute", explain)
    wanted = ("ix_commands_queue", "ix_commands_overdue", "ix_commands_overdue")
    assert [name in plan for name, plan in zip(wanted, plans, strict=True)] == [True] * 3, plans
    assert "B-TREE" not in "".join(plans)
