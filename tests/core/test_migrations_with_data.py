"""Every migration goes up and down with data in, and what it makes is what the models say, as the database tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, Connection, Engine, MetaData, create_engine, func, insert, inspect, select, text
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer, Numeric, String

from connectassist.core.db import Base, db
from tests.core.schemas import LEFT_EMPTY, Schema, of_postgresql, of_sqlite

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
ROWS = 3
MOMENT = datetime(2026, 2, 28, 23, 59, 59, 123000, tzinfo=UTC)
#: What rules of the code and of later migrations want to know, where any text would do for the database.
TOLD = {"status": "open", "priority": "low", "role": "technician", "state": "queued", "state_of": "ready"}
TEXT = "Grüße \U0001f5a8 İıЁ漢字 'quoted' \"%s\" \\ -- <b>\u202e\n\t"
#: What a step fills out of the rest, or takes with it on purpose when it is taken back.
MADE = {"search_text", "said", "alarm_at"}
#: What somebody may forget to write a migration for.
DIFFERENCES = ("ALTER TABLE tickets ADD COLUMN forgotten INTEGER", "DROP INDEX ix_commands_queue",
               "DROP TABLE ticket_links", "CREATE INDEX ix_forgotten ON tickets (title)")
Content = dict[str, dict[str, list[str]]]


@pytest.fixture
def empty(app: Flask) -> Iterator[Engine]:
    """A database that all migrations were taken back in."""
    with app.app_context():
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        yield db.engine
        db.session.remove()


def value(column: Column, number: int, keys: dict[str, list[Any]]) -> Any:
    """Something realistic for a column, as long as it may be; another one in each row."""
    for key in column.foreign_keys:
        known = keys.get(key.target_fullname, [])
        return known[number % len(known)] if known else None
    if column.name in TOLD and isinstance(column.type, String):
        return TOLD[column.name]
    if isinstance(column.type, Boolean):
        return bool(number % 2)
    if isinstance(column.type, DateTime):
        return MOMENT + timedelta(hours=number)
    if isinstance(column.type, Date):
        return (MOMENT + timedelta(days=number)).date()
    if isinstance(column.type, JSON):
        return {"text": TEXT, "number": number, "deep": [[None, True, 1.5]]}
    if isinstance(column.type, Integer):
        return 1000 + number
    if isinstance(column.type, Float | Numeric):
        return number + 0.25
    length = getattr(column.type, "length", None) or 20_000
    return (f"{number}{TEXT}" * (length // len(TEXT) + 1))[:length]


def reflected(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    found.remove(found.tables["alembic_version"])
    return found


def seed(connection: Connection, keys: dict[str, list[Any]]) -> None:
    """Some rows in every table that is new."""
    for table in reflected(connection).sorted_tables:
        if connection.scalar(select(func.count()).select_from(table)):
            continue
        rows = [{column.name: value(column, number, keys) for column in table.columns
                 if (table.name, column.name) not in LEFT_EMPTY} for number in range(ROWS)]
        connection.execute(insert(table), rows)
        for column in table.columns:
            keys[f"{table.name}.{column.name}"] = [row.get(column.name) for row in rows]


def content(connection: Connection) -> Content:
    """Table by table and column by column what there is, in one order, comparable between databases."""
    found: Content = {}
    for table in reflected(connection).sorted_tables:
        rows = connection.execute(select(table).order_by(*table.primary_key)).all()
        found[table.name] = {column.name: [_plain(row[place]) for row in rows]
                             for place, column in enumerate(table.columns)}
    return found


def _plain(said: Any) -> str:
    if isinstance(said, datetime):
        return said.replace(tzinfo=None).isoformat() if said.tzinfo is None else said.astimezone(UTC).replace(
            tzinfo=None).isoformat()
    if isinstance(said, dict):
        return json.dumps(said, sort_keys=True)
    return str(int(said) if isinstance(said, bool) else said)


def changed(before: Content, after: Content) -> list[str]:
    """What of the one is not so in the other, where both know the table and the column."""
    return [f"{table}.{name}: {column[0][:60]} -> {after[table][name][:1]}" for table, columns in before.items()
            for name, column in columns.items()
            if table in after and name in after[table] and name not in MADE and column != after[table][name]]


def test_rows_of_each_revision_go_all_the_way_up_and_back(empty: Engine) -> None:
    keys: dict[str, list[Any]] = {}
    known: dict[str, Content] = {}
    for revision in REVISIONS:
        upgrade(revision=revision)
        with empty.begin() as connection:
            seed(connection, keys)
            known[revision] = content(connection)
    newest = known[REVISIONS[-1]]
    assert all(changed(old, newest) == [] and set(old) <= set(newest) for old in known.values())
    for revision in reversed(REVISIONS[:-1]):
        downgrade(revision=revision)
        with empty.connect() as connection:
            back = content(connection)
        assert {table: set(columns) for table, columns in back.items()} == {
            table: set(columns) for table, columns in known[revision].items()}
        assert changed(known[revision], back) == []
    upgrade()
    with empty.connect() as connection:
        assert changed(known["0001"], content(connection)) == []


def of_models(connection: Connection, database: str, folder: Path) -> Schema:
    """The schema that the models would make."""
    if database == "sqlite":
        made = create_engine(f"sqlite:///{folder / 'made.db'}")
        Base.metadata.create_all(made)
        with made.connect() as other:
            return of_sqlite(other)
    connection.execute(text("CREATE SCHEMA made"))
    connection.execute(text("SET LOCAL search_path TO made"))
    Base.metadata.create_all(connection)
    return of_postgresql(connection, "made")


def unlike(migrated: Schema, modelled: Schema) -> set[str]:
    return {name for name in migrated.keys() | modelled.keys()
            if migrated.get(name) != modelled.get(name) and "alembic_version" not in name}


def test_the_migrations_make_what_the_models_make_to_the_letter(empty: Engine, database: str, tmp_path: Path) -> None:
    """Types, lengths, what may be empty, defaults, keys, and indexes with their order and conditions."""
    upgrade()
    look = of_sqlite if database == "sqlite" else partial(of_postgresql, schema="public")
    with empty.connect() as connection:
        modelled = of_models(connection, database, tmp_path)
        connection.rollback()
        assert unlike(look(connection), modelled) == set() and len(modelled) > 500
        for change in DIFFERENCES:
            connection.rollback()
            connection.exec_driver_sql("BEGIN" if database == "sqlite" else "SELECT 1")
            connection.execute(text(change))
            assert unlike(look(connection), modelled), change
        connection.rollback()
