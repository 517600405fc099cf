"""Writes that come by the thousand and must not be lost: the command queue's.

SQLite has one writer at a time and waits for the disk at each commit. So what is to be written is handed in as
functions of a connection; those that wait run one after the other in one transaction, in a real thread, each behind a
savepoint of its own, and every caller goes on once the whole is on the disk:

    claimed = writer.do(lambda connection: _claim(connection, device_id))

Nothing holds the hub up, and the more there is to do, the more of it shares one wait for the disk. PostgreSQL does the
same by itself: there each function has a transaction of its own, on connections that requests don't hold already.

Such a function only talks to its connection: it runs in a real thread, where the engine's locks don't hold. Whoever
calls `do` has committed before: SQLite lets no second one write.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import Pool, StaticPool

from connectassist.core import clock, jobs
from connectassist.core.db import DISCREET, told
from connectassist.core.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[Connection], T]
#: How many share a transaction at most, and for how many seconds: whoever else writes waits that long.
AT_ONCE, LONGEST = 200, 0.05
#: Between two looks whether all is done, when the server stops. Seconds.
LOOK = 0.02


class Undone(Exception):
    """The database has taken a transaction back in the middle of it, with what others had written in it."""


class _Order(Generic[T]):
    """One function that waits for its turn, and then what came of it."""

    def __init__(self, work: Work[T]) -> None:
        self.work, self.is_over = work, threading.Event()
        self.result: T | None = None
        self.problem: Exception | None = None

    def run(self, connection: Connection, *, is_alone: bool) -> None:
        """Run it, behind a savepoint where others share the transaction. Raises Undone when the whole transaction is
        lost."""
        try:
            with nullcontext() if is_alone else _savepoint(connection):
                self.result = self.work(connection)
        except Exception as problem:
            self.problem = problem
            if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                raise Undone from problem
            if is_alone:
                connection.rollback()


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """What fails in it is taken back, and nothing else. In two words to the driver: by way of SQLAlchemy they
    took longer than many a write."""
    say = connection.connection.dbapi_connection.execute  # type: ignore[union-attr]
    say("SAVEPOINT one_order")
    try:
        yield
    except Exception:
        connection.exec_driver_sql("ROLLBACK TO one_order")  # it may be gone, and says so in SQLAlchemy's words
        connection.exec_driver_sql("RELEASE one_order")
        raise
    say("RELEASE one_order")


class Writer:
    """Runs functions of a connection, each in a transaction that is durable when `do` returns."""

    def __init__(self, engine: Engine, **options: Any) -> None:
        """`options` are the engine's own, for a second set of connections to PostgreSQL."""
        self._is_grouping = engine.dialect.name == "sqlite"
        self._engine = _immediate(engine) if self._is_grouping else create_engine(engine.url, **DISCREET | options)
        self._waiting: deque[_Order[Any]] = deque()
        self._is_running = threading.Lock()
        self._open: set[object] = set()

    def do(self, work: Work[T]) -> T:
        """Run a function and return what it returns, once that is on the disk. What it raises is raised here, and
        nothing of it is written. Raises Unavailable while the database is held up, away or full: then nothing of it
        is written either, as far as the database can tell."""
        call = object()
        self._open.add(call)
        try:
            return self._in_company(work) if self._is_grouping else self._alone(work)
        except SQLAlchemyError as problem:
            known = told(problem)
            if known is None:
                raise
            log.warning("a write was refused: %s", problem)
            raise known from problem
        finally:
            self._open.discard(call)

    def _alone(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    def _in_company(self, work: Work[T]) -> T:
        order = _Order(work)
        self._waiting.append(order)
        if self._is_running.acquire(blocking=False):
            self._lead()
        order.is_over.wait()
        if order.problem is not None:
            raise order.problem
        return order.result  # type: ignore[return-value]

    def _lead(self) -> None:
        """Write what waits now; a thread goes on with what has come meanwhile, so that nobody works for others only."""
        try:
            self._next()
        finally:
            self._is_running.release()
        if self._waiting and self._is_running.acquire(blocking=False):
            self._start()

    def _next(self) -> None:
        if self._waiting:
            self._together([self._waiting.popleft() for _ in range(min(len(self._waiting), AT_ONCE))])

    def _start(self) -> None:
        try:
            threading.Thread(target=self._serve, daemon=True).start()
        except BaseException:
            self._is_running.release()
            raise

    def _serve(self) -> None:
        """Work until nothing waits. Whoever adds after the last look starts another."""
        while True:
            try:
                while self._waiting:
                    self._next()
            finally:
                self._is_running.release()
            if not self._waiting or not self._is_running.acquire(blocking=False):
                return

    def _together(self, orders: list[_Order[Any]]) -> None:
        """Write some in one transaction; those that it had no time for go back to the head of the queue."""
        done = 0
        try:
            done = jobs.run_blocking(self._transaction, orders)
        except Exception as problem:
            log.warning("a transaction of %d writes failed: %s", len(orders), problem)
            done = len(orders)
            for order in orders:
                order.problem = order.problem or _lost(problem)
        finally:
            self._waiting.extendleft(reversed(orders[done:]))
            for order in orders[:done]:
                order.is_over.set()

    def _transaction(self, orders: list[_Order[Any]]) -> int:
        """How many of the orders were written. Whatever fails here fails them all, and the next ones get a connection
        that knows nothing of it."""
        began, done = clock.monotonic(), 0
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                for order in orders:
                    order.run(connection, is_alone=len(orders) == 1)
                    done += 1
                    if clock.monotonic() - began > LONGEST:
                        break
        except Exception:
            self._engine.dispose()
            raise
        return done

    @property
    def pool(self) -> Pool:
        """Its own connections."""
        return self._engine.pool

    @property
    def depth(self) -> int:
        """How many callers wait for their writes."""
        return len(self._open)

    def settle(self, seconds: float) -> bool:
        """Wait until everything that was handed in is done, so long at most. Is it?"""
        until, pause = clock.monotonic() + seconds, threading.Event()
        while self._open and clock.monotonic() < until:
            pause.wait(LOOK)
        return not self._open

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _lost(problem: Exception) -> Exception:
    """What those are told whose transaction failed as a whole, whatever it was that broke it."""
    if isinstance(problem, SQLAlchemyError):
        return problem
    return Unavailable("This could not be written. Try again in a moment", retry_after=1)


def _immediate(engine: Engine) -> Engine:
    """An engine with one connection, for one real thread at a time, that begins no transaction by itself. (Were it told
    by an event of the engine's to begin one, every statement would ask for events.)"""
    made = create_engine(engine.url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **DISCREET)

    @event.listens_for(made, "connect")
    def _plain(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
    return made
