"""Rows as SQLite keeps them, out of either database and into either: moments as text, documents as they were
written, yes and no as 1 and 0. Nothing is made of a value that the other side would only have to take apart again, and
nothing waits for the last row before the first goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    Numeric,
    String,
    Table,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]
#: Rows that are in memory at a time.
AT_ONCE = 500
#: A moment with all six digits of its fraction, where the session's zone is UTC: a third of what `to_char` costs.
MOMENT = "rpad({0}::timestamp::text || left('.', 20 - length({0}::timestamp::text)), 26, '0')"


@dataclass(frozen=True)
class Kind:
    """A kind of column: how PostgreSQL says what SQLite keeps, and as what PostgreSQL is handed that."""

    of: type[TypeEngine[Any]]
    said: str
    given: str


#: The first that fits is it: what counts in binary is a kind of number too.
KINDS = (Kind(Boolean, "{}::int", "int8"), Kind(Integer, "{}", "int8"), Kind(Float, "{}", "float8"),
         Kind(Numeric, "{}::float8", "text"), Kind(JSON, "{}::text", "text"), Kind(String, "{}", "text"),
         Kind(DateTime, MOMENT, "text"))


def kind(column: Column[Any]) -> Kind:
    """Of which kind a column is. Raises TypeError for one that nobody has thought of yet."""
    plain = getattr(column.type, "impl_instance", column.type)
    found = next((each for each in KINDS if isinstance(plain, each.of)), None)
    if found is None:
        raise TypeError(f"{column} is of a kind that can't be carried over yet")
    return found


def read(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row of a table, oldest first. Raises DBAPIError."""
    names, place = _names(connection, table)
    order = ", ".join(_quoted(connection, column.name) for column in table.primary_key)
    cursor = connection.connection.cursor()
    with _as_ours(connection):
        if connection.dialect.name == "postgresql":
            said = [kind(column).said.format(name) for column, name in zip(table.columns, names, strict=True)]
            yield from cursor.stream(f"SELECT {', '.join(said)} FROM {place} ORDER BY {order}", size=AT_ONCE)
        else:
            yield from cursor.execute(f"SELECT {', '.join(names)} FROM {place} ORDER BY {order}")


def write(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Put rows into a table that is empty. How many that were. Raises DBAPIError."""
    names, place = _names(connection, table)
    cursor = connection.connection.cursor()
    with _as_ours(connection):
        if connection.dialect.name != "postgresql":
            places = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {place} ({', '.join(names)}) VALUES ({places})", rows)
            return max(0, cursor.rowcount)
        with cursor.copy(f"COPY {place} ({', '.join(names)}) FROM STDIN") as copy:
            copy.set_types([kind(column).given for column in table.columns])
            for row in _fitting(table, rows):
                copy.write_row(row)
        return cursor.rowcount


def _fitting(table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    """What PostgreSQL takes of each row."""
    rules = [(place, rule) for place, column in enumerate(table.columns) if (rule := _rule(column))]
    for row in rows:
        fitted = list(row)
        for place, rule in rules:
            if fitted[place] is not None:
                fitted[place] = rule(fitted[place])
        yield tuple(fitted)


def _rule(column: Column[Any]) -> Callable[[Any], str] | None:
    """What is done to a column's values for PostgreSQL, if anything: it keeps no NUL and to lengths; SQLite makes a
    number of a document that is only a number, and counts cents in binary."""
    length, scale = getattr(column.type, "length", None), getattr(column.type, "scale", None)
    rules: dict[type[Any], Callable[[Any], str]] = {
        String: lambda said: said.replace("\0", "")[:length],
        JSON: lambda said: said if isinstance(said, str) else json.dumps(said),
        Numeric: lambda said: f"{said:.{scale}f}"}
    return rules.get(kind(column).of)


def _names(connection: Connection, table: Table) -> tuple[list[str], str]:
    return [_quoted(connection, column.name) for column in table.columns], _quoted(connection, table.name)


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


@contextmanager
def _as_ours(connection: Connection) -> Iterator[None]:
    """What the driver raises, as whoever calls knows it from all other statements."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as problem:
        raise DBAPIError("rows on their way", None, problem, hide_parameters=True) from problem
