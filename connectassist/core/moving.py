"""A whole database carried over to another, empty one: how a site moves from SQLite to PostgreSQL, which keeps to the
lengths of columns where SQLite looks away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)

from connectassist.core.db import Base

#: Where the migrations note how far they have come.
REVISION = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False),
                 PrimaryKeyConstraint("version_num", name="alembic_version_pkc"))
#: Rows on their way at a time.
AT_ONCE = 500


class NotEmpty(ValueError):
    """The database to move to holds something already."""


def copy(source: Engine, target: Engine, *, aside: str = "") -> int:
    """Make every table in an empty database and put every row there, all or nothing. How many rows that were.
    Nobody may write meanwhile. What a PostgreSQL holds already goes into the schema `aside`, where one is named.
    Raises NotEmpty."""
    if inspect(target).get_table_names() and not aside:
        raise NotEmpty
    with source.connect() as reading, target.begin() as writing:
        if aside:
            _clear(writing, aside)
        Base.metadata.create_all(writing)
        REVISION.create(writing)
        _table(REVISION, reading, writing)
        return sum(_table(table, reading, writing) for table in Base.metadata.sorted_tables)


def _clear(writing: Connection, aside: str) -> None:
    """Put every table into a schema of its own. Whoever still works with them is waited for, a little."""
    quoted = writing.dialect.identifier_preparer.quote
    writing.execute(text("SET LOCAL lock_timeout = '10s'"))
    writing.execute(text(f"CREATE SCHEMA {quoted(aside)}"))
    for name in inspect(writing).get_table_names():
        writing.execute(text(f"ALTER TABLE {quoted(name)} SET SCHEMA {quoted(aside)}"))


def _table(table: Table, reading: Connection, writing: Connection) -> int:
    """Copy one table, oldest rows first."""
    carried = 0
    texts = [(column.name, column.type.length) for column in table.columns if isinstance(column.type, String)]
    rows = reading.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for some in rows.mappings().partitions():
        writing.execute(table.insert(), [_fitting(dict(row), texts) for row in some])
        carried += len(some)
    if carried and writing.dialect.name == "postgresql":
        _count_on(table, writing)
    return carried


def _fitting(row: dict[str, Any], texts: list[tuple[str, int | None]]) -> dict[str, Any]:
    """What the other database takes: a text that is longer than its column is cut, and holds no NUL."""
    for name, length in texts:
        if row[name] is not None:
            row[name] = row[name].replace("\0", "")[:length]
    return row


def _count_on(table: Table, writing: Connection) -> None:
    """PostgreSQL must give new rows numbers behind those that came along."""
    column = table.autoincrement_column
    if column is not None:
        writing.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), {
            "table": table.name, "column": column.name, "last": writing.scalar(select(func.max(column)))})
