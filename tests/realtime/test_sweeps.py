"""Work that comes round goes on whatever happens, and what is logged of it is to the point."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from connectassist.realtime import sweeps


@pytest.mark.parametrize(("problem", "is_ours"), [
    (OperationalError("SELECT 1", None, Exception("connection refused")), False), (ValueError("a mistake"), True)],
    ids=["away", "mistake"])
def test_only_a_mistake_of_ours_is_traced(app: Flask, caplog: pytest.LogCaptureFixture, problem: Exception,
                                          is_ours: bool) -> None:
    """A database that is away for an hour would fill the log: sweeps come each second."""
    def work() -> None:
        raise problem

    with app.app_context():
        sweeps.once(work)
    found = [each for each in caplog.records if each.name == sweeps.log.name]
    assert [(each.levelname, bool(each.exc_info)) for each in found] == [("ERROR" if is_ours else "WARNING", is_ours)]
    assert "tried again" in found[0].getMessage()
