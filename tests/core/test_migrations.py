"""What was there before a migration is still there after it, and after it was taken back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, select, text

from connectassist.core import clock
from connectassist.core.db import Base, db
from connectassist.features.faq.models import FaqEntry


def _differences() -> list[object]:
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_what_is_there_outlives_all_steps_back_and_forth(app: Flask) -> None:
    with app.app_context():
        before = _people_and_devices()
        downgrade(revision="0001")
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


STATES = ("open", "in_progress", "resolved", "closed", "cancelled")


def test_a_step_back_takes_only_what_the_step_brought(app: Flask) -> None:
    """What was written for staff's eyes goes too: the version before would show it to customers."""
    with app.app_context():
        with db.engine.begin() as connection:
            for number, status in enumerate(STATES, 1):
                _add(connection, "tickets", id=number, client_id=1, title="İzmir STRASSE", status=status,
                     priority="low", version=number, created_at=clock.now(), resolved_at=clock.now(),
                     search_text="gone", alarm_at=clock.now(), waited_seconds=7)
                _add(connection, "ticket_comments", id=number, ticket_id=number, author="Tina", content="said",
                     created_at=clock.now(), is_internal=number > 3)
        before = _tickets()
        downgrade(revision="0004")
        assert _tickets() == before
        upgrade()
        assert _tickets() == before
        with db.engine.connect() as connection:
            comments = connection.execute(text("SELECT id, content, is_internal FROM ticket_comments ORDER BY id"))
            assert [tuple(row) for row in comments] == [(1, "said", False), (2, "said", False), (3, "said", False)]
            kept = connection.execute(text("SELECT search_text, alarm_at, waited_seconds FROM tickets ORDER BY id"))
            assert [(row[0].split(), *row[1:]) for row in kept] == [
                (["izmir", "strasse", *said], None, 0) for said in [["said"]] * 3 + [[]] * 2]


def test_what_is_there_and_what_comes_is_searched_alike(app: Flask) -> None:
    """The migration stands by itself, so it has the rule a second time."""
    with app.app_context():
        with db.engine.begin() as connection:
            for entry in db.session.scalars(select(FaqEntry)):
                assert entry.search_text
            before = connection.execute(text("SELECT id, search_text FROM faq_entries ORDER BY id")).all()
        db.session.remove()
        downgrade(revision="0004")
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT id, search_text FROM faq_entries ORDER BY id")).all() == before


def _add(connection: Connection, table: str, **row: object) -> None:
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)


def _tickets() -> list[object]:
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT id, client_id, title, status, priority, version, created_at, "
                                       "resolved_at FROM tickets ORDER BY id")).all()


def _people_and_devices() -> list[object]:
    with db.engine.connect() as connection:
        return [connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY id")).all()
                for table, columns in (("users", "id, username, role"), ("devices", "id, device_id, client_id"),
                                       ("clients", "id, name"))]
