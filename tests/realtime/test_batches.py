"""Gathered writes: all at once, in order, and a passing failure loses none."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from connectassist.realtime import batches
from connectassist.realtime.batches import Batch

pytestmark = pytest.mark.usefixtures("app")


def test_what_is_added_is_written_at_once_and_in_order() -> None:
    written, came = [], threading.Event()
    batch: Batch[int] = Batch(lambda items: (written.append(items), came.set()), seconds=0.05)
    for number in range(5):
        batch.add(number)
    assert came.wait(40)
    assert written == [[0, 1, 2, 3, 4]]


def test_a_passing_failure_loses_nothing_and_a_lasting_one_holds_nothing_up(in_app: None) -> None:
    written, troubles = [], [OSError("locked"), None, OSError("broken"), OSError("broken"), None]

    def write(items: list[str]) -> None:
        trouble = troubles.pop(0)
        if trouble:
            raise trouble
        written.append(items)

    batch: Batch[str] = Batch(write, seconds=60)
    for name in ("kept", "lost", "next"):
        batch.add(name)
        batch.flush()
    assert written == [["kept"], ["next"]]


def test_what_comes_while_the_database_is_away_waits_for_it(
        in_app: None, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[list[str]] = []
    path, is_away = Path(app.extensions["settings"].database.removeprefix("sqlite:///")), threading.Event()

    def write(items: list[str]) -> None:
        if is_away.is_set():
            raise OperationalError("INSERT", {}, OSError("unable to open database file"))
        written.append(items)

    monkeypatch.setattr(batches, "KEPT", 0)
    batch: Batch[str] = Batch(write, seconds=60, key=lambda item: item[0])
    path.rename(path.with_suffix(".away"))
    is_away.set()
    batch.add("a1")
    batch.add("b1")
    batch.flush()
    batch.add("a2")
    path.with_suffix(".away").rename(path)
    is_away.clear()
    batch.flush()
    assert written == [["a2", "b1"]], "in order, and the newest of each"


def test_what_was_flushed_meanwhile_is_not_written_as_nothing() -> None:
    came, nothing_came = threading.Event(), threading.Event()

    def write(items: list[int]) -> None:
        if not items:
            nothing_came.set()
        elif items == [1]:
            batch.flush()  # as the server's stop does
        else:
            came.set()

    batch: Batch[int] = Batch(write, seconds=0.05, at_once=1, pause=0)
    batch.add(1)
    batch.add(2)
    assert came.wait(40)
    assert not nothing_came.wait(0.2)


def test_an_empty_batch_writes_nothing(in_app: None) -> None:
    Batch(pytest.fail, seconds=60).flush()


def test_what_gives_way_is_counted_in_the_log(in_app: None, caplog: pytest.LogCaptureFixture) -> None:
    written: list[list[int]] = []
    batch: Batch[int] = Batch(written.append, seconds=60, most=3)
    for number in range(3):
        assert not batch.is_full
        batch.add(number)
    assert batch.is_full
    batch.add(3)
    batch.add(4)
    batch.flush()
    assert written == [[2, 3, 4]]
    assert "2 writes gave way" in caplog.text
    assert not batch.is_full


def test_what_is_being_written_is_still_known(in_app: None) -> None:
    """A reader who finds no row yet must find it here."""
    seen: list[int | None] = []
    batch: Batch[int] = Batch(lambda items: seen.append(batch.waiting(7)), seconds=60, key=lambda item: item)
    batch._is_due = True
    batch.add(7)
    batch.flush()
    assert (seen, batch.waiting(7)) == ([7], None)
