"""What is carried over raw is what the models' own types would have carried, on all ways between the databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    NullPool,
    Numeric,
    Table,
    create_engine,
    insert,
    inspect,
    null,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core import moving, raw_rows
from connectassist.core.db import Base
from connectassist.core.settings import driver_url
from tests.core.schemas import LEFT_EMPTY, of_postgresql, of_sqlite
from tests.live.postgres import Postgres

TEXTS = ("", "\\N", "\\.", "a\tb\nc\r\nd\\te\\\\", "'single' \"double\" $$ %s %(x)s :name {}",
         "Grüße \U0001f5a8 İıЁ漢字\u202e", "NULL", "null", "0", "-1.50", " spaces ",
         "\x01\x1b[31m\x7f\ufeff\ufffd", "x" * 70_000)
MOMENTS = (datetime(1, 1, 1, tzinfo=UTC), datetime(999, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
           datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
           datetime(2026, 10, 25, 0, 30, 0, 120_000, tzinfo=UTC),
           datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
DOCUMENTS = ({}, [], {"a": [{"b": [None, True, -1.5e-7, 0, "\\N\t\n\"'\\"]}], "Ü\U0001f5a8": ""}, [[[[[[]]]]]], "text",
             "5", 5, -0.25, 2**40, True, None, {"x" * 9: "y" * 60_000}, {"nul": "a\0b", "half": "\ud800"})
FRACTIONS = (0.0, -0.0, 0.1, 1 / 3, -1e-300, 1.7976931348623157e308, 5e-324, 2.0, -273.15)
SUMS = tuple(map(Decimal, ("0", "0.01", "-0.10", "9.35", "1234567890.12", "-9999999999.99", "7.00")))
MANY = len(TEXTS)


def values(column: Column[Any], number: int) -> Any:
    """Something awkward for a column; in every third row nothing, where that may be."""
    of = getattr(column.type, "impl_instance", column.type)
    if column.nullable and not column.foreign_keys and number % 3 == 2:
        return null() if isinstance(of, JSON) else None
    if isinstance(of, Boolean):
        return bool(number % 2)
    if isinstance(of, Integer):
        single = column.primary_key or column.unique or column.foreign_keys
        return number + 1 if single else (0, -1, 2**31 - 1, -2**31, 7)[number % 5]
    if isinstance(of, Float):
        return FRACTIONS[number % len(FRACTIONS)]
    if isinstance(of, Numeric):
        return SUMS[number % len(SUMS)]
    if isinstance(of, JSON):
        return DOCUMENTS[number % len(DOCUMENTS)]
    if isinstance(of, DateTime):
        return MOMENTS[number % len(MOMENTS)]
    return (TEXTS[number % len(TEXTS)] if column.type.length is None else f"{number}{TEXTS[number % len(TEXTS)]}")[
        :column.type.length]


def rows(table: Table) -> list[dict[str, Any]]:
    return [{column.name: values(column, number) for column in table.columns
             if (table.name, column.name) not in LEFT_EMPTY} for number in range(MANY)]


def raw(engine: Engine) -> dict[str, list[str]]:
    """What a SQLite keeps, to the byte and with its kind."""
    with engine.connect() as connection:
        return {table.name: [str(tuple(row)) for row in connection.exec_driver_sql(
            "SELECT " + ", ".join(f'"{column.name}", typeof("{column.name}")' for column in table.columns)
            + f' FROM "{table.name}" ORDER BY 1')] for table in Base.metadata.sorted_tables}


def kept(engine: Engine) -> dict[str, list[str]]:
    """What a PostgreSQL keeps, in its own words. The models' types make the document `null` of no document."""
    def told(column: Column[Any]) -> str:
        return f"coalesce({column.name}::text, '{'null' if isinstance(column.type, JSON) else 'nothing'}')"

    with engine.connect() as connection:
        return {table.name: [str(tuple(row)) for row in connection.exec_driver_sql(
            f'SELECT {", ".join(map(told, table.columns))} FROM "{table.name}" ORDER BY 1')]
            for table in Base.metadata.sorted_tables}


def loaded(engine: Engine) -> dict[str, list[str]]:
    """What the models read."""
    with engine.connect() as connection:
        return {table.name: [str(tuple(row)) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in Base.metadata.sorted_tables}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A SQLite with awkward rows in every table, as the models' types write them."""
    made = sqlite(tmp_path_factory.mktemp("filled") / "filled.db")
    with made.connect() as connection:
        moving._begin(connection, alone=True)
        Base.metadata.create_all(connection)
        moving.REVISION.create(connection)
        connection.execute(insert(moving.REVISION), [{"version_num": "0005"}])
        for table in Base.metadata.sorted_tables:
            for row in rows(table):
                connection.execute(insert(table).values(row))
        connection.commit()
    return made


@pytest.fixture(scope="module")
def carried(filled: Engine, postgres: Postgres) -> Iterator[Engine]:
    """The same on PostgreSQL."""
    url = postgres.new_database()
    target = create_engine(driver_url(url), poolclass=NullPool)
    assert moving.copy(filled, target) == MANY * len(Base.metadata.sorted_tables)
    yield target
    postgres.drop_database(url)


def sqlite(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}", poolclass=NullPool)


def test_postgresql_has_what_the_models_types_would_have_put_there(filled: Engine, carried: Engine,
                                                                   postgres: Postgres) -> None:
    url = postgres.new_database()
    typed = create_engine(driver_url(url), poolclass=NullPool)
    with filled.connect() as reading, typed.begin() as writing:
        Base.metadata.create_all(writing)
        writing.exec_driver_sql("SET LOCAL session_replication_role TO replica")  # nobody looks at keys
        for table in Base.metadata.sorted_tables:
            writing.execute(insert(table), [dict(row) for row in reading.execute(select(table)).mappings()])
    assert kept(carried) == kept(typed)
    assert loaded(carried) == loaded(filled)
    postgres.drop_database(url)


def test_there_and_back_nothing_has_changed(filled: Engine, carried: Engine, tmp_path: Path) -> None:
    back = sqlite(tmp_path / "back.db")
    moving.copy(carried, back)
    assert raw(back) == raw(filled)
    with back.connect() as here, filled.connect() as there:
        assert of_sqlite(here) == of_sqlite(there)


def test_what_is_carried_has_every_key_and_index(carried: Engine) -> None:
    with carried.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA made")
        connection.exec_driver_sql("SET LOCAL search_path TO made")
        Base.metadata.create_all(connection)
        assert of_postgresql(connection, "made").items() <= of_postgresql(connection, "public").items()


def test_a_row_that_is_refused_leaves_nothing_there(filled: Engine, postgres: Postgres, tmp_path: Path) -> None:
    """And is told as the database tells all else, not as the driver does."""
    shutil.copy(str(filled.url.database), tmp_path / "bad.db")
    bad, url = sqlite(tmp_path / "bad.db"), postgres.new_database()
    with bad.begin() as connection:
        connection.exec_driver_sql("UPDATE tickets SET version = 3000000000 WHERE id = 5")
    target = create_engine(driver_url(url), poolclass=NullPool)
    with pytest.raises(SQLAlchemyError) as problem:
        moving.copy(bad, target)
    assert "out of range" in str(problem.value.__cause__) and inspect(target).get_table_names() == []
    postgres.drop_database(url)


def test_every_kind_of_column_is_known() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert raw_rows.kind(column)
    with pytest.raises(TypeError, match="can't be carried over yet"):
        raw_rows.kind(Column("picture", LargeBinary))
