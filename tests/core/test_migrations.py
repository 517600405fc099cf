"""The migrations make what the models say, and can be taken back."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from connectassist.core import clock
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


def test_tickets_that_were_there_are_found_by_their_words(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0004")
        with db.engine.begin() as connection:
            moment = {"moment": clock.now()}
            connection.execute(text(
                "INSERT INTO tickets (id, client_id, title, status, priority, version, created_at) "
                "VALUES (7, 1, 'Der GRÖSSTE Drucker', 'open', 'low', 1, :moment)"), moment)
            connection.execute(text(
                "INSERT INTO ticket_comments (id, ticket_id, author, content, created_at) "
                "VALUES (1, 7, 'Tina', 'Kabel ÜBERPRÜFT', :moment)"), moment)
        upgrade()
        with db.engine.connect() as connection:
            words = connection.execute(text("SELECT search_text FROM tickets")).scalar_one()
            kept = connection.execute(text("SELECT content FROM ticket_comments")).scalar_one()
    assert "der grösste drucker" in words and "kabel überprüft" in words and kept == "Kabel ÜBERPRÜFT"


def _people_and_devices() -> list[object]:
    with db.engine.connect() as connection:
        return [connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY id")).all()
                for table, columns in (("users", "id, username, role"), ("devices", "id, device_id, client_id"),
                                       ("clients", "id, name"))]
