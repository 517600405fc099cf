"""Whether what the server leans on answers: the database, and Redis where one is configured. Each is really asked,
on connections of its own, so that neither a full pool nor a stuck query is taken for a database that is away."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from urllib.parse import quote

from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

from connectassist.core import clock, jobs
from connectassist.core.db import engine_options
from connectassist.core.settings import Settings

log = logging.getLogger(__name__)
#: What takes longer than this does not answer; what it said is good for a moment. Seconds.
PATIENCE, KEPT = 1.5, 1.0


class ReadOnly(Exception):
    """The database answers, and takes nothing."""


class Question:
    """One thing that is asked whether it answers, by one thread at a time, however many want to know."""

    def __init__(self, name: str, ask: Callable[[], None]) -> None:
        self.name, self._ask = name, ask
        self._lock, self._answered = threading.Lock(), threading.Event()
        self._started = self._over = -KEPT
        self._is_asking = self._is_well = False

    def begin(self) -> None:
        """Ask, unless somebody does, or did a moment ago."""
        with self._lock:
            if self._is_asking or clock.monotonic() - self._over < KEPT:
                return
            self._is_asking, self._started = True, clock.monotonic()
            self._answered.clear()
        threading.Thread(target=self._run, daemon=True).start()

    def answer(self) -> bool:
        """Does it answer? Waits no longer than PATIENCE after it was asked."""
        self._answered.wait(max(0.0, self._started + PATIENCE - clock.monotonic()))
        return self._answered.is_set() and self._is_well

    def _run(self) -> None:
        try:
            self._ask()
            is_well = True
        except Exception as problem:
            is_well = False
            log.warning("the %s does not answer: %s", self.name, problem)
        if is_well and not self._is_well:
            log.info("the %s answers", self.name)
        self._is_well, self._over, self._is_asking = is_well, clock.monotonic(), False
        self._answered.set()


class Readiness:
    """Everything that this server needs in order to serve."""

    def __init__(self, settings: Settings) -> None:
        self.database = Question("database", _database(settings))
        self.redis = Question("Redis", _redis(settings.redis_url)) if settings.redis_url else None

    def checks(self) -> dict[str, bool | None]:
        """What answers by its name; None for what isn't configured. Takes no longer than PATIENCE."""
        self.database.begin()
        if self.redis is not None:
            self.redis.begin()
        return {"database": self.database.answer(), "redis": self.redis and self.redis.answer()}


def _database(settings: Settings) -> Callable[[], None]:
    """PostgreSQL must be willing to write, with our tables there; so must SQLite, whose file must not be made anew."""
    if settings.database.startswith("sqlite"):
        path = settings.database.removeprefix("sqlite:///")
        return lambda: jobs.run_blocking(_ask_sqlite, path)
    return _ask_postgresql(settings)


def _ask_sqlite(path: str) -> None:
    with closing(sqlite3.connect(f"file:{quote(path)}?mode=rw", uri=True, timeout=PATIENCE * 0.8,
                                 isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("ROLLBACK")


def _ask_postgresql(settings: Settings) -> Callable[[], None]:
    engine = create_engine(settings.database, **engine_options(settings) | {
        "poolclass": QueuePool, "pool_size": 1, "max_overflow": 0})

    def ask() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
            if connection.scalar(text("SELECT pg_is_in_recovery()")):
                raise ReadOnly("it is a standby")
    return ask


def _redis(url: str) -> Callable[[], None]:
    import redis  # an eighth of a second, for those who have one
    from redis.backoff import NoBackoff
    from redis.retry import Retry
    client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
                                  retry=Retry(NoBackoff(), 0))
    return lambda: client.ping() and None
