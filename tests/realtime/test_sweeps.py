"""Work that comes round goes on whatever happens, and what is logged of it is to the point."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from connectassist.realtime import sweeps
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY


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


class Enough(Exception):
    """The end of a loop that has none."""


def rounds(monkeypatch: pytest.MonkeyPatch, *, leads: bool, for_site: bool) -> int:
    """How often work is done in one round of the loop."""
    started: list[Callable[[], None]] = []
    done: list[int] = []

    def enough(seconds: float) -> None:
        raise Enough
    monkeypatch.setattr(GATEWAY.socketio, "start_background_task", started.append)
    monkeypatch.setattr(GATEWAY.socketio, "sleep", enough)
    monkeypatch.setattr(sweeps, "is_leader", lambda: leads)
    sweeps.every(1, lambda: done.append(1), for_site=for_site)
    with suppress(Enough):
        started.pop()()
    return len(done)


def test_what_is_for_the_site_is_done_by_the_one_that_leads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(monkeypatch, leads=False, for_site=True) == 0
    assert rounds(monkeypatch, leads=True, for_site=True) == 1
    assert rounds(monkeypatch, leads=False, for_site=False) == 1


def test_two_that_lead_do_it_one_after_the_other(make_app: Callable[..., Flask], postgres_url: str,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """One takes over while the other is still at it."""
    make_app(database_url=postgres_url)
    monkeypatch.setattr(BUS, "is_shared", True)
    at_it: list[int] = []
    most: list[int] = []

    def work() -> None:
        at_it.append(1)
        time.sleep(0.1)
        most.append(len(at_it))
        at_it.pop()
    threads = [threading.Thread(target=sweeps.once, args=(work,), kwargs={"for_site": True}) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert most == [1, 1, 1]
