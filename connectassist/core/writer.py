"""Writes that come by the thousand and must not be lost: the command queue's.

SQLite has one writer at a time and waits for the disk at each commit. So what is to be written is handed in as
functions of a connection; those that wait run one after the other in one transaction, in a real thread, each behind a
savepoint of its own, and every caller goes on once the whole is on the disk:

    claimed = writer.do(lambda connection: _claim(connection, device_id))

Nothing holds the hub up, and the more there is to do, the more of it shares one wait for the disk. PostgreSQL does the
same by itself: there each function has a transaction of its own.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from connectassist.core import jobs
from connectassist.core.errors import AppError, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[Connection], T]
#: How many share a transaction at most.
AT_ONCE = 200


class _Order(Generic[T]):
    """One function that waits for its turn, and then what came of it."""

    def __init__(self, work: Work[T]) -> None:
        self.work, self.is_over = work, threading.Event()
        self.result: T | None = None
        self.problem: Exception | None = None


class Writer:
    """Runs functions of a connection, each in a transaction that is durable when `do` returns."""

    def __init__(self, engine: Engine) -> None:
        self._shared = engine
        self._own = _immediate(engine) if engine.dialect.name == "sqlite" else None
        self._waiting: deque[_Order[Any]] = deque()
        self._is_running = threading.Lock()

    def do(self, work: Work[T]) -> T:
        """Run a function and return what it returns, once that is on the disk. What it raises is raised here, and
        nothing of it is written. Raises Unavailable while the database is held up."""
        if self._own is None:
            with self._shared.begin() as connection:
                return work(connection)
        order = _Order(work)
        self._waiting.append(order)
        if self._is_running.acquire(blocking=False):
            threading.Thread(target=self._serve, daemon=True).start()
        order.is_over.wait()
        if order.problem is not None:
            raise order.problem
        return order.result  # type: ignore[return-value]

    def _serve(self) -> None:
        """Work until nothing waits. Whoever adds after the last look starts another."""
        while True:
            while self._waiting:
                orders = [self._waiting.popleft() for _ in range(min(len(self._waiting), AT_ONCE))]
                self._together(orders)
            self._is_running.release()
            if not self._waiting or not self._is_running.acquire(blocking=False):
                return

    def _together(self, orders: list[_Order[Any]]) -> None:
        try:
            jobs.run_blocking(self._transaction, orders)
        except Exception as problem:
            log.exception("a transaction of %d writes failed", len(orders))
            for order in orders:
                order.problem = order.problem or _known(problem)
        for order in orders:
            order.is_over.set()

    def _transaction(self, orders: list[_Order[Any]]) -> None:
        assert self._own is not None
        with self._own.begin() as connection:
            for order in orders:
                try:
                    with connection.begin_nested():
                        order.result = order.work(connection)
                except Exception as problem:
                    order.problem = _known(problem)

    def close(self) -> None:
        """Let go of the database."""
        if self._own is not None:
            self._own.dispose()


def _known(problem: Exception) -> Exception:
    if isinstance(problem, OperationalError) and not isinstance(problem, AppError):
        return Unavailable("The database is busy. Try again in a moment", retry_after=1)
    return problem


def _immediate(engine: Engine) -> Engine:
    """An engine with one connection, for one real thread at a time, whose transactions take the right to write when
    they begin."""
    made = create_engine(engine.url, poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(made, "connect")
    def _plain(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    return made
