"""What tests of any feature may ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine


@pytest.fixture
def count_queries() -> Callable[[Callable[[], Any]], int]:
    """How many statements a call sends to databases, those that are read aside too."""
    def counted(call: Callable[[], Any]) -> int:
        sent: list[str] = []
        listener = lambda conn, cursor, statement, *rest: sent.append(statement)  # noqa: E731
        event.listen(Engine, "before_cursor_execute", listener)
        try:
            call()
        finally:
            event.remove(Engine, "before_cursor_execute", listener)
        return len(sent)
    return counted
