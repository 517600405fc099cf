"""A site and its backups, as the tests look at them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import NullPool, create_engine, func, select, text

from connectassist.core.db import Base
from connectassist.core.settings import Settings
from tests.live.operator import Operator

#: What a restore ends on purpose.
ENDED = {"device_tokens", "share_credentials"}


def backed_up(site: Settings, *arguments: object) -> Path:
    """Make a backup beside the instance folder."""
    said = Operator(site).runs("backup", "--to", site.instance.parent / "kept", *arguments)
    return Path(said.partition(": ")[0])


def rows(settings: Settings, statement: str) -> list[tuple]:
    """What a site's database answers."""
    with create_engine(settings.database, poolclass=NullPool).connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def counts(settings: Settings) -> dict[str, int]:
    """The rows of each table, apart from what a restore ends."""
    with create_engine(settings.database, poolclass=NullPool).connect() as connection:
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables if table.name not in ENDED}
