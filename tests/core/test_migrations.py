"""The migrations make what the models say, and can be taken back."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from connectassist.core.db import Base, db


def _differences() -> list[object]:
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_the_models_are_what_the_migrations_make(app: Flask) -> None:
    with app.app_context():
        assert _differences() == []


def test_every_migration_can_be_taken_back_and_made_again(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert _differences() == []


@pytest.mark.parametrize("revision", ["0004", "0003", "0002", "0001"])
def test_what_is_there_outlives_a_step_back_and_forth(app: Flask, revision: str) -> None:
    with app.app_context():
        before = _people_and_devices()
        downgrade(revision=revision)
        upgrade()
        assert _people_and_devices() == before
        assert _differences() == []


def _people_and_devices() -> list[object]:
    with db.engine.connect() as connection:
        return [connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY id")).all()
                for table, columns in (("users", "id, username, role"), ("devices", "id, device_id, client_id"),
                                       ("clients", "id, name"))]
