"""The database during a deployment: copied while the server works on, brought up to date by the new version's own code,
and back if that did not go well."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import NullPool, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core.db import DISCREET
from connectassist.core.settings import Settings, environment_for_deploying
from connectassist.features.deploying import programs
from connectassist.features.deploying.programs import Failed

MIGRATE_SECONDS = 1800
#: How long others may keep the database from us, in seconds.
_PATIENCE = 30
MIGRATIONS = "migrations/versions/"


def is_sqlite(settings: Settings) -> bool:
    """Is it a file that can be copied?"""
    return settings.database.startswith("sqlite:///")


def revision(settings: Settings) -> str:
    """How far the database's migrations have come; empty where there is none yet. Raises Failed."""
    engine = create_engine(settings.database, poolclass=NullPool, **DISCREET)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
    except SQLAlchemyError as problem:
        raise Failed("The database does not answer", programs.last_line(str(problem.__cause__ or ""))) from None


def copy(settings: Settings, target: Path) -> bool:
    """Put a copy of the SQLite database there, whole although the server writes on. False where there is none to copy,
    or no room. Raises Failed."""
    source = _file(settings) if is_sqlite(settings) else None
    if source is None or not source.exists() or source.stat().st_size * 2 > shutil.disk_usage(target.parent).free:
        return False
    _carry(source, target)
    target.chmod(0o600)
    return True


def structure(settings: Settings) -> str:
    """The SQLite database's tables and indexes: what a migration that broke off may have changed."""
    if not is_sqlite(settings):
        return ""
    with closing(sqlite3.connect(_file(settings), timeout=_PATIENCE)) as connection:
        return "\n".join(row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_master ORDER BY name"))


def restore(settings: Settings, kept: Path) -> None:
    """Put a copy back in place of the SQLite database, in one transaction, under a server that works on. Raises
    Failed."""
    _carry(kept, _file(settings))


def upgrade(code: Path, settings: Settings) -> str:
    """Let a version's code bring the database up to date. What it printed. Raises Failed."""
    return programs.run(sys.executable, "app.py", "--only-prepares", "--has-company", folder=code,
                        environment=_environment(settings), seconds=MIGRATE_SECONDS)


def downgrade(code: Path, settings: Settings, target: str) -> None:
    """Let a version's code take its migrations back, to a revision before. Raises Failed."""
    programs.run(sys.executable, "-m", "flask", "--app", "wsgi", "db", "downgrade", target or "base", folder=code,
                 environment=_environment(settings), seconds=MIGRATE_SECONDS)


def _environment(settings: Settings) -> dict[str, str]:
    """As the server's, for code that lies elsewhere."""
    return environment_for_deploying(CONNECTASSIST_INSTANCE=str(settings.instance),
                                   CONNECTASSIST_DOWNLOADS=str(settings.downloads),
                                   CONNECTASSIST_PAYLOADS=str(settings.payloads))


def _file(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def _carry(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source, timeout=_PATIENCE)) as reading, \
                closing(sqlite3.connect(target, timeout=_PATIENCE)) as writing:
            reading.backup(writing)
    except (sqlite3.Error, OSError) as problem:
        raise Failed(f"The database can't be copied to {target.name}", str(problem)) from None
