"""What SQLite and PostgreSQL each call the same thing: a moment in milliseconds, its day in UTC, a floor of 0."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class unix_milliseconds(GenericFunction):
    """A moment as Unix milliseconds, so that spans can be summed."""

    type = BigInteger()
    inherit_cache = True


class utc_day(GenericFunction):
    """A moment's day in UTC, as `2026-01-31`."""

    type = String()
    inherit_cache = True


class not_negative(GenericFunction):
    """A number, or 0 where it is less."""

    type = BigInteger()
    inherit_cache = True


@compiles(not_negative)
def _not_negative(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"GREATEST({compiler.process(element.clauses, **kwargs)}, 0)"


@compiles(not_negative, "sqlite")
def _not_negative_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"MAX({compiler.process(element.clauses, **kwargs)}, 0)"


@compiles(unix_milliseconds)
def _milliseconds(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **kwargs)}) * 1000 AS BIGINT)"


@compiles(unix_milliseconds, "sqlite")
def _milliseconds_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    moment = compiler.process(element.clauses, **kwargs)
    return f"CAST(ROUND((julianday({moment}) - 2440587.5) * 86400000.0) AS INTEGER)"


@compiles(utc_day)
def _day(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"TO_CHAR({compiler.process(element.clauses, **kwargs)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


@compiles(utc_day, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"date({compiler.process(element.clauses, **kwargs)})"
