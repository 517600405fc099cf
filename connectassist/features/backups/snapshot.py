"""The database as it was in one moment, as a SQLite file, whichever database it comes from; nobody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, event, make_url, text

from connectassist.core import moving
from connectassist.core.settings import ROOT, Settings

#: Seconds to wait for whoever holds the database.
PATIENCE = 30
#: Which files rows speak of: the table, its folder, and how a row's file is called.
REFERENCED = (
    ("session_files", "uploads", "SELECT id FROM session_files WHERE status IN ('pending', 'downloaded')"),
    ("ticket_attachments", "attachments", "SELECT id FROM ticket_attachments"),
    ("recordings", "recordings", "SELECT id || '.webm' FROM recordings WHERE state = 'ready'"),
)


class NoSnapshot(Exception):
    """The database can't be copied; the message says why."""


@dataclass(frozen=True)
class Snapshot:
    """A copy, how far its migrations have come, and how many rows each table has."""

    path: Path
    revision: str
    rows: dict[str, int]


def migrations() -> ScriptDirectory:
    """The steps that this version knows."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config)


def take(settings: Settings, target: Path) -> Snapshot:
    """Copy the database into a new file. Raises NoSnapshot."""
    if settings.database.startswith("sqlite"):
        _from_sqlite(Path(make_url(settings.database).database or ""), target)
    else:
        _from_postgresql(settings.database, target)
    target.chmod(0o600)
    return look(target)


def look(path: Path) -> Snapshot:
    """What is in a copy. Raises NoSnapshot for one that is damaged or none of ours."""
    try:
        with _reading(path) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise NoSnapshot("The database is damaged: SQLite's own check found errors in it")
            if connection.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone():
                raise NoSnapshot("The database holds triggers or views, which none of ours does")
            tables = [name for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
            rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    except sqlite3.Error as problem:
        raise NoSnapshot(f"The database can't be read: {problem}") from problem
    return Snapshot(path, revision, {name: count for name, count in rows.items() if name != "alembic_version"})


def referenced(path: Path) -> set[str]:
    """The files that the rows of a copy speak of, below the instance folder."""
    found = set()
    with _reading(path) as connection:
        for table, folder, statement in REFERENCED:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                found |= {f"{folder}/{name}" for (name,) in connection.execute(statement)}
    return found


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
        yield connection


def _from_sqlite(source: Path, target: Path) -> None:
    """One read transaction: in WAL mode writers go on beside it. What was deleted does not come along."""
    if not source.is_file():
        raise NoSnapshot(f"There is no database at {source} yet")
    try:
        with closing(sqlite3.connect(source, timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as problem:
        raise NoSnapshot(f"The database can't be copied: {problem}") from problem


def _needs_no_disk(connection: sqlite3.Connection, record: object) -> None:
    """A copy that a power cut spoils is thrown away."""
    connection.execute("PRAGMA synchronous=OFF")


def _from_postgresql(url: str, target: Path) -> None:
    """One transaction that sees one moment from its first row to its last."""
    source = create_engine(url, isolation_level="REPEATABLE READ", poolclass=NullPool)
    made = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    event.listen(made, "connect", _needs_no_disk)
    newest = migrations().get_current_head()
    with source.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found != newest:
        raise NoSnapshot(f"The database's schema is {found}, this version's {newest}. Start the server of this version "
                         "once, or make the backup with the version that serves")
    moving.copy(source, made)
