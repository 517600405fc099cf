"""Durable writes that share transactions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from connectassist.core.errors import Conflict, Unavailable
from connectassist.core.writer import Writer


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    engine = create_engine(f"sqlite:///{tmp_path / 'written.db'}")
    made = Writer(engine)
    made.do(lambda connection: connection.execute(text("CREATE TABLE lines (words TEXT)")))
    return made


def _add(words: str) -> object:
    return lambda connection: connection.execute(text("INSERT INTO lines VALUES (:words)"), {"words": words}).rowcount


def _lines(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT words FROM lines ORDER BY words")).scalars())


def test_what_was_returned_is_written(writer: Writer) -> None:
    assert writer.do(_add("one")) == 1
    assert Writer(writer._shared).do(_lines) == ["one"]


def test_many_at_a_time_all_arrive(writer: Writer) -> None:
    ways = [threading.Thread(target=writer.do, args=(_add(f"{number:03}"),)) for number in range(100)]
    for way in ways:
        way.start()
    for way in ways:
        way.join(30)
    assert writer.do(_lines) == [f"{number:03}" for number in range(100)]


def test_one_that_fails_takes_nobody_along(writer: Writer) -> None:
    def half(connection: Connection) -> None:
        _add("half")(connection)
        raise Conflict()

    problems: list[Exception] = []

    def fail() -> None:
        try:
            writer.do(half)
        except Conflict as problem:
            problems.append(problem)

    ways = [threading.Thread(target=each) for each in [fail, lambda: writer.do(_add("whole"))] * 10]
    for way in ways:
        way.start()
    for way in ways:
        way.join(30)
    assert len(problems) == 10
    assert writer.do(_lines) == ["whole"] * 10


def test_a_database_that_others_hold_is_said_to_be_busy(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    with writer._own.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
        connection.commit()
    holder = create_engine(writer._shared.url).raw_connection()
    holder.isolation_level = None
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        writer.do(_add("too early"))
    holder.execute("ROLLBACK")
    writer.do(_add("later"))
    assert writer.do(_lines) == ["later"]


def test_what_is_committed_is_on_the_disk(writer: Writer) -> None:
    assert writer.do(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar()) == 2
