"""Runs the schema's migrations inside the app's context, on the app's own database."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db


def run() -> None:
    """Apply what is missing, in one transaction."""
    with database.engine.connect() as connection, _tables_may_be_made_anew(connection):
        context.configure(connection=connection, target_metadata=database.metadata, render_as_batch=True,
                          compare_type=True, render_item=_plain_types)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _tables_may_be_made_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes most of a table by making it anew and dropping the old one. With foreign keys in force that would
    delete what hangs on its rows, such as the comments of tickets."""
    _enforce(connection, "OFF")
    try:
        yield
    finally:
        connection.rollback()
        _enforce(connection, "ON")


def _enforce(connection: Connection, state: str) -> None:
    """Only counts outside a transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA foreign_keys={state}")
        connection.commit()


def _plain_types(kind: str, item: object, autogen: object) -> str | bool:
    """Migrations must not depend on the app's code, which changes under them."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


run()
