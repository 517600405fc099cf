"""A database's schema as the database itself tells of it: columns, keys, indexes with their conditions."""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

Schema = dict[str, object]
#: Columns that rows of tests leave empty: only one of two may be there.
LEFT_EMPTY = {("notes", "client_id"), ("custom_fields", "client_id")}

_CONSTRAINTS = """SELECT rel.relname || '.' || con.conname, pg_get_constraintdef(con.oid)
    FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid
    JOIN pg_namespace space ON space.oid = rel.relnamespace WHERE space.nspname = :schema"""
_COLUMNS = """SELECT table_name || '.' || column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = :schema"""


def of_postgresql(connection: Connection, schema: str) -> Schema:
    """Everything in one schema, named without it."""
    def told(statement: str) -> Schema:
        rows = connection.execute(text(statement), {"schema": schema})
        return {name: [str(part).replace(f"{schema}.", "") for part in rest] for name, *rest in rows}

    return told(_CONSTRAINTS) | told(_COLUMNS) | told(
        "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = :schema")


def of_sqlite(connection: Connection) -> Schema:
    """Everything in the file."""
    found: Schema = {}
    for name, sql in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''")):
        found[f"index {name}"] = re.sub(r"[\s\"]+", " ", sql).replace(" ,", ",").strip()
    tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    for table in tables:
        for _, name, kind, required, default, key in connection.execute(text(f"PRAGMA table_info({table})")):
            found[f"{table}.{name}"] = [kind, required, default, key]
        keys = connection.execute(text(f"PRAGMA foreign_key_list({table})"))
        found[f"keys of {table}"] = sorted(tuple(row)[2:] for row in keys)
        unique = connection.execute(text(f"PRAGMA index_list({table})")).all()
        found[f"unique in {table}"] = sorted(
            tuple(connection.execute(text(f"SELECT name FROM pragma_index_info('{row[1]}')")).scalars())
            for row in unique if row[2] and row[3] != "c")
    return found
