"""Durable writes that share transactions."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core import writer as writing
from connectassist.core.db import db
from connectassist.core.errors import BadRequest, Conflict, Unavailable
from connectassist.core.settings import driver_url
from connectassist.core.writer import Writer
from tests.live.postgres import Postgres
from tests.live.server import ROOT


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    engine = create_engine(f"sqlite:///{tmp_path / 'written.db'}")
    made = Writer(engine)
    made.do(lambda connection: connection.execute(text("CREATE TABLE lines (words TEXT)")))
    return made


@pytest.fixture
def on_postgresql(postgres: Postgres) -> Iterator[Writer]:
    url = postgres.new_database()
    made = Writer(create_engine(driver_url(url)))
    made.do(lambda connection: connection.execute(text("CREATE TABLE lines (words TEXT)")))
    yield made
    made.close()
    postgres.drop_database(url)


def _together(*work: Callable[[], object]) -> list[BaseException | None]:
    """Do all at once; what each of them raised."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [each.exception(40) for each in [pool.submit(one) for one in work]]


def _add(words: str) -> object:
    return lambda connection: connection.execute(text("INSERT INTO lines VALUES (:words)"), {"words": words}).rowcount


def _lines(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT words FROM lines ORDER BY words")).scalars())


def test_what_was_returned_is_written(writer: Writer) -> None:
    assert writer.do(_add("one")) == 1
    assert Writer(writer._engine).do(_lines) == ["one"]


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


def test_the_log_tells_no_values_of_what_failed(writer: Writer, app: Flask) -> None:
    broken = text("INSERT INTO nowhere VALUES (:words)"), {"words": "the password of the script"}
    with pytest.raises((SQLAlchemyError, Unavailable)) as refused:
        writer.do(lambda connection: connection.execute(*broken))
    assert "nowhere" in repr(refused.value.__cause__ or refused.value)
    assert "password" not in str(refused.value.__cause__) + str(refused.value)
    with app.app_context(), pytest.raises(SQLAlchemyError) as of_request:
        db.session.execute(*broken)
    assert "password" not in str(of_request.value)


def test_one_alone_that_fails_leaves_nothing(writer: Writer) -> None:
    def half(connection: Connection) -> None:
        _add("half")(connection)
        raise Conflict()

    with pytest.raises(Conflict):
        writer.do(half)
    assert writer.do(_lines) == []
    assert writer.do(_add("whole")) == 1


def test_a_database_that_others_hold_is_said_to_be_busy(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    with writer._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
        connection.commit()
    holder = create_engine(writer._engine.url).raw_connection()
    holder.isolation_level = None
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        writer.do(_add("too early"))
    holder.execute("ROLLBACK")
    writer.do(_add("later"))
    assert writer.do(_lines) == ["later"]


def test_what_is_committed_is_on_the_disk(writer: Writer) -> None:
    assert writer.do(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar()) == 2


def test_a_full_disk_is_told_to_everybody_in_that_transaction_and_to_nobody_after(writer: Writer) -> None:
    with writer._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
        connection.commit()
    writer.do(_add("before"))
    problems = _together(*[lambda: writer.do(_add("x" * 20_000)) for _ in range(30)])
    refused = [problem for problem in problems if problem is not None]
    assert refused
    assert {type(problem) for problem in refused} == {Unavailable}
    writer.do(_add("after"))  # a connection made anew, which knows of no bound
    lines = writer.do(_lines)
    assert lines[:2] == ["after", "before"]
    assert len(lines) == 2 + len(problems) - len(refused), "who was told that it is written finds it there"


def test_a_transaction_that_the_database_takes_back_takes_nobody_at_their_word(writer: Writer) -> None:
    def take_back(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise OSError("the disk is gone")

    hold, is_held = threading.Event(), threading.Event()
    first = threading.Thread(target=writer.do, args=(lambda connection: is_held.set() or hold.wait(40),))
    first.start()
    assert is_held.wait(40)
    with ThreadPoolExecutor(5) as pool:
        done = [pool.submit(writer.do, work) for work in (_add("a"), _add("b"), take_back, _add("c"))]
        deadline = time.monotonic() + 40
        while len(writer._waiting) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        hold.set()
        problems = [each.exception(40) for each in done]
    assert problems[2] is not None
    assert {type(problem) for problem in problems} <= {type(None), Unavailable}
    assert len(writer.do(_lines)) == sum(problem is None for problem in problems)
    assert writer.do(_add("later")) == 1


def test_a_connection_that_is_broken_breaks_one_transaction(writer: Writer) -> None:
    def break_it(connection: Connection) -> None:
        _add("on the broken one")(connection)
        connection.connection.dbapi_connection.close()

    with pytest.raises(Unavailable):
        writer.do(break_it)
    assert writer.do(_add("on the next")) == 1
    assert writer.do(_lines) == ["on the next"]


def test_a_transaction_does_not_last_for_as_long_as_there_is_work(
        writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever else writes has their turn in between; the order stays."""
    monkeypatch.setattr(writing, "LONGEST", 0)
    begun: list[object] = []

    def add(number: int) -> Callable[[Connection], object]:
        return lambda connection: (begun.append(connection), _add(f"{number:02}")(connection))

    assert _together(*[lambda number=number: writer.do(add(number)) for number in range(20)]) == [None] * 20
    assert len({id(connection) for connection in begun}) > 1
    assert writer.do(_lines) == [f"{number:02}" for number in range(20)]


def test_a_stop_waits_for_what_is_on_its_way(writer: Writer) -> None:
    hold = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(writer.do, work) for work in (lambda connection: hold.wait(40), _add("last"))]
        assert not writer.settle(0.1)
        hold.set()
        assert writer.settle(40)
        assert [each.result(0.5) for each in done] == [True, 1]


def test_on_postgresql_each_is_written_by_itself(on_postgresql: Writer) -> None:
    def half(connection: Connection) -> None:
        _add("half")(connection)
        raise Conflict()

    problems = _together(*[lambda number=number: on_postgresql.do(_add(f"{number:02}")) for number in range(20)],
                         lambda: on_postgresql.do(half))
    assert problems[:20] == [None] * 20
    assert isinstance(problems[20], Conflict)
    assert on_postgresql.do(_lines) == [f"{number:02}" for number in range(20)]
    assert on_postgresql.settle(0)


def test_what_postgresql_refuses_is_told_in_our_words(on_postgresql: Writer) -> None:
    with pytest.raises(BadRequest):
        on_postgresql.do(lambda connection: connection.execute(text("SELECT CAST('x' || repeat('9', 99) AS integer)")))
    with pytest.raises(Unavailable):
        on_postgresql.do(lambda connection: connection.execute(text(
            "SELECT pg_terminate_backend(pg_backend_pid())")))
    assert on_postgresql.do(_add("on the next connection")) == 1


@pytest.mark.parametrize("mode", ["eventlet", "gevent"])
def test_what_was_said_to_be_written_outlives_a_kill(tmp_path: Path, mode: str) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    process = subprocess.Popen([sys.executable, "-m", "tests.core.killed_writer", mode, url], cwd=ROOT,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = [int(process.stdout.readline()) for _ in range(300)]
    process.kill()
    said += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    process.wait(40)
    with create_engine(url).connect() as connection:
        found = connection.execute(text("SELECT number FROM lines")).scalars().all()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert set(said) <= set(found)
    assert len(found) == len(set(found)), "none twice"
