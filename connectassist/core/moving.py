"""A whole database carried over to another, empty one: how a site moves from SQLite to PostgreSQL, which keeps to the
lengths of columns where SQLite looks away; and how a backup is made of PostgreSQL and put back."""

from __future__ import annotations

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
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from connectassist.core import raw_rows
from connectassist.core.db import Base

#: Where the migrations note how far they have come.
REVISION = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False),
                 PrimaryKeyConstraint("version_num", name="alembic_version_pkc"))


class NotEmpty(ValueError):
    """The database to move to holds something already."""


def copy(source: Engine, target: Engine, *, aside: str = "") -> int:
    """Make every table in an empty database and put every row there, all or nothing. How many rows that were.
    Nobody may write meanwhile, unless the source's transactions see one moment. What a PostgreSQL holds already goes
    into the schema `aside`, where one is named. Raises NotEmpty, SQLAlchemyError."""
    if inspect(target).get_table_names() and not aside:
        raise NotEmpty
    with source.connect() as reading, target.connect() as writing:
        _begin(reading)
        _begin(writing, alone=True)
        if aside:
            _clear(writing, aside)
        carried = _carry(reading, writing)
        writing.commit()
    return carried


def _begin(connection: Connection, *, alone: bool = False) -> None:
    """One transaction for all that follows. SQLite's driver would begin it only with the first row that is written.
    Who is `alone` needs nothing that protects from others: their keys are good where they come from, and a file that is
    new has nothing to be put back into."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL TimeZone TO 'UTC'"))
        connection.execute(text("SET LOCAL DateStyle TO 'ISO, YMD'"))
        return
    for pragma in ("foreign_keys=OFF", "journal_mode=MEMORY") if alone else ():
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    connection.exec_driver_sql("BEGIN")


def _carry(reading: Connection, writing: Connection) -> int:
    """Tables, then rows, then indexes and (where they can be added) foreign keys: made of all rows at once they cost a
    part of what they do row by row."""
    tables, can_add = Base.metadata.sorted_tables, writing.dialect.name == "postgresql"
    carried = 0
    for table in (REVISION, *tables):
        writing.execute(CreateTable(table, include_foreign_key_constraints=[] if can_add else None))
        count = raw_rows.write(writing, table, raw_rows.read(reading, table))
        carried += count if table is not REVISION else 0
    for table in tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            writing.execute(CreateIndex(index))
    for table in tables if can_add else ():
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            writing.execute(AddConstraint(key, isolate_from_table=False))
        _count_on(table, writing)
    return carried


def _clear(writing: Connection, aside: str) -> None:
    """Put every table into a schema of its own. Whoever still works with them is waited for, a little."""
    quoted = writing.dialect.identifier_preparer.quote
    writing.execute(text("SET LOCAL lock_timeout = '10s'"))
    writing.execute(text(f"CREATE SCHEMA {quoted(aside)}"))
    for name in inspect(writing).get_table_names():
        writing.execute(text(f"ALTER TABLE {quoted(name)} SET SCHEMA {quoted(aside)}"))


def _count_on(table: Table, writing: Connection) -> None:
    """PostgreSQL must give new rows numbers behind those that came along."""
    column = table.autoincrement_column
    last = writing.scalar(select(func.max(column))) if column is not None else None
    if last is not None:
        writing.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
                        {"table": table.name, "column": column.name, "last": last})
