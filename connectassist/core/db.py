"""The database: SQLite in WAL mode by default, PostgreSQL by setting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import URL, DateTime, MetaData, Row, Select, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeDecorator

from connectassist.core import jobs
from connectassist.core.errors import AppError, BadRequest, Unavailable
from connectassist.core.settings import Settings

NAMES = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


#: Errors go into the log without the values: scripts, what devices answered, hashes of tokens.
DISCREET = {"hide_parameters": True}
#: The database is away, locked, full or has no connection left: the same may work in a moment.
NOT_NOW = (OperationalError, InterfaceError, NoConnection)
#: SQLAlchemy's number for a transaction whose connection is gone, which somebody did not mind.
CUT_OFF = "8s2b"


class LastingSession(Session):
    """Where the connection is gone, the database has taken the transaction back by itself. Who only lets go of it must
    not fail over that: it would be an answer that was ready, or the thread that cleans up after others."""

    def rollback(self) -> None:
        try:
            super().rollback()
        except NOT_NOW:
            self.invalidate()

    def close(self) -> None:
        try:
            super().close()
        except NOT_NOW:
            self.invalidate()


db = SQLAlchemy(model_class=Base, session_options={"class_": LastingSession})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment on every database; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class OfIndex(TextClause):
    """The condition of a partial index, in the index's own words. SQLite, which knows nothing of how many rows are
    like it, would rather take another index that begins with the column; hidden in `likely` it only fits this one."""

    inherit_cache = True


@compiles(OfIndex, "sqlite")
def _only_of_index(condition: OfIndex, compiler: Any, **options: Any) -> str:
    return f"likely({compiler.visit_textclause(condition, **options)})"


@event.listens_for(Engine, "connect")
def _let_postgresql_take_texts(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("psycopg"):
        from connectassist.core import postgres_texts
        postgres_texts.install(connection)


@event.listens_for(Engine, "connect")
def _tune_sqlite(connection: Any, record: Any) -> None:
    """WAL lets readers go on while one writes; what is committed is on the disk (0.3 ms more for each transaction);
    foreign keys are off by default in SQLite."""
    if "sqlite" not in type(connection).__module__:
        return
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def told(problem: Exception) -> AppError | None:
    """What a caller is told when the database refuses; None for what is a mistake of ours. What the database itself
    says stays in the log: it names hosts and values."""
    if isinstance(problem, NOT_NOW) or getattr(problem, "connection_invalidated", False) \
            or getattr(problem, "code", None) == CUT_OFF:
        return Unavailable("The database does not answer. Try again in a moment", retry_after=2)
    if isinstance(problem, DataError):
        return BadRequest("Something in this is too long or too large to be kept")
    return None


def engine_options(settings: Settings) -> dict[str, Any]:
    """How the database is connected to. PostgreSQL's connections are asked before they are used whether they still
    work, so that a restart of it costs nobody an error; a request waits ten seconds for one, then is told to come
    again; a line that the network has swallowed is given up."""
    if not settings.database.startswith("postgresql"):
        return dict(DISCREET)
    return {**DISCREET, "pool_size": settings.database_connections, "max_overflow": settings.database_connections,
            "pool_timeout": 10, "pool_recycle": 1800, "pool_pre_ping": True, "pool_use_lifo": True,
            "connect_args": {"connect_timeout": 5, "application_name": "connectassist", "keepalives_idle": 30,
                             "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 20_000}}


def writer_options(settings: Settings) -> dict[str, Any]:
    """The same for the queue's writes, half as many: on connections of their own, or requests that hold one each would
    wait for a second one in vain."""
    if not settings.database.startswith("postgresql"):
        return {}
    most = max(1, settings.database_connections // 2)
    return engine_options(settings) | {"pool_size": most, "max_overflow": most}


def read_aside(statement: Select[Any]) -> list[Row[Any]]:
    """The rows of a read that may take long, without holding the hub up: SQLite works in a real thread, on a
    connection of its own that sees what is committed. PostgreSQL waits without holding anything up."""
    if db.engine.dialect.name != "sqlite":
        return list(db.session.execute(statement))
    return jobs.run_blocking(_read, _reader(db.engine.url), statement)


@lru_cache(maxsize=8)
def _reader(url: URL) -> Engine:
    """An engine that keeps no connections, so that real threads and green ones never wait for each other."""
    found = create_engine(url, poolclass=NullPool, **DISCREET)
    found.connect().close()
    return found


def _read(reader: Engine, statement: Select[Any]) -> list[Row[Any]]:
    with reader.connect() as connection:
        return list(connection.execute(statement))


def take_turns(*key: str) -> None:
    """From here to the end of the transaction, whoever else names the same key waits: what is looked up stays true
    until it is acted on. SQLite needs no more than a write before the look: it lets one write at a time."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": "\n".join(key)})


@contextmanager
def one_at_a_time(key: str) -> Iterator[None]:
    """Of all processes that share a PostgreSQL one does this at a time; the others wait. With SQLite there is one
    process."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
        yield


def inserting(model: type[Base], **row: Any) -> Any:
    """A new row, to which `on_conflict_…` says what becomes of it where one is there: two at once fail neither, and
    PostgreSQL's log keeps quiet about it."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return insert(model.__table__).values(**row).execution_options(preserve_rowcount=True)


def contains(column: Any, text: str) -> Any:
    """A case-insensitive substring match in which % and _ are ordinary characters."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.ilike(f"%{escaped}%", escape="\\")
