"""A connection to PostgreSQL that is lost in the middle of a transaction: whoever only lets go of it doesn't fail."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from connectassist.core.db import db
from connectassist.http.guard import ANYONE, who_may
from connectassist.realtime import sweeps


@pytest.fixture
def on_postgresql(make_app: Callable[..., Flask], postgres_url: str) -> Flask:
    return make_app(database_url=postgres_url)


@pytest.fixture
def lose(on_postgresql: Flask, postgres_url: str) -> Callable[[], None]:
    """Begins a transaction, and cuts its connection as a restart of the database does."""
    def begin_and_cut() -> None:
        db.session.execute(text("SELECT 1"))
        with psycopg.connect(postgres_url, autocommit=True) as knife:
            knife.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                          "WHERE datname = current_database() AND pid <> pg_backend_pid()")
    return begin_and_cut


def test_an_answer_that_is_ready_is_given(on_postgresql: Flask, lose: Callable[[], None]) -> None:
    @on_postgresql.get("/ready")
    @who_may(ANYONE)
    def ready() -> str:
        lose()
        return "here you are"

    client = on_postgresql.test_client()
    assert [client.get("/ready").text, client.get("/ready").text] == ["here you are"] * 2


def test_what_comes_round_goes_on(on_postgresql: Flask, lose: Callable[[], None]) -> None:
    """Its green thread would else have ended for good: no command would ever be dead, no session expire."""
    came: list[int] = []

    def work() -> None:
        came.append(1)
        lose()
        raise ValueError

    sweeps.once(work)
    sweeps.once(work)
    assert len(came) == 2


def test_after_a_rollback_there_is_a_new_connection(on_postgresql: Flask, lose: Callable[[], None]) -> None:
    with on_postgresql.app_context():
        lose()
        db.session.rollback()
        assert db.session.scalar(text("SELECT 2")) == 2
