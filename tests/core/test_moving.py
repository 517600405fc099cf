"""A site moves from SQLite to PostgreSQL with everything it has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from connectassist.cli import cli
from connectassist.core.db import Base
from connectassist.core.settings import driver_url
from tests.cast import PASSWORD, SECRET_KEY, Caller, Member
from tests.conftest import Template
from tests.live.postgres import Postgres


@pytest.fixture
def own_template(sqlite_template: Template) -> Template:
    """Whatever the other tests run on."""
    return sqlite_template


@pytest.fixture
def old(make_app: Callable[..., Flask]) -> Flask:
    return make_app(database_url="")


@pytest.fixture
def empty(postgres: Postgres) -> str:
    return postgres.new_database()


def copied(app: Flask, target: str) -> Result:
    settings = app.extensions["settings"]
    return CliRunner(env={
        "CONNECTASSIST_INSTANCE": str(settings.instance), "CONNECTASSIST_DOWNLOADS": str(settings.downloads),
        "CONNECTASSIST_SECRET_KEY": SECRET_KEY, "CONNECTASSIST_ADMIN_PASSWORD": PASSWORD,
        "CONNECTASSIST_ASYNC_MODE": "threading"}).invoke(cli, ["copy-database", target])


def test_everything_comes_along_and_goes_on(old: Flask, empty: str, make_app: Callable[..., Flask],
                                            cast: dict[str, Member]) -> None:
    technician = Caller(old.test_client(), cast["technician_a"])
    wish = {"title": "Prints nothing", "description": "Ünlü \U0001f5a8", "device_id": cast["device"].device_id}
    first = technician.post("/api/tickets", json=wish).json["id"]
    with create_engine(old.extensions["settings"].database).begin() as connection:
        connection.execute(text("UPDATE devices SET hostname = :name"), {"name": "x" * 10_000 + "\0"})
    answer = copied(old, empty)
    assert answer.exit_code == 0, answer.output
    target = create_engine(driver_url(empty))
    with create_engine(old.extensions["settings"].database).connect() as before, target.connect() as after:
        for table in Base.metadata.sorted_tables:
            assert before.scalar(select(func.count()).select_from(table)) == after.scalar(
                select(func.count()).select_from(table)), table.name
        assert compare_metadata(MigrationContext.configure(after), Base.metadata) == []
    target.dispose()
    technician = Caller(make_app(database_url=empty).test_client(), cast["technician_a"])
    assert technician.get(f"/api/tickets/{first}").json["description"] == wish["description"]
    assert technician.post("/api/tickets", json=wish).json["id"] == first + 1


def test_a_database_that_holds_something_is_left_alone(old: Flask, postgres_url: str) -> None:
    answer = copied(old, postgres_url)
    assert answer.exit_code == 1 and "There are tables in that database already" in answer.output


@pytest.mark.parametrize("target", ["postgresql://nobody:secret@127.0.0.1:1/none"])
def test_a_database_that_is_not_there_is_told_in_a_line(old: Flask, target: str) -> None:
    answer = copied(old, target)
    assert answer.exit_code == 1 and "nothing was kept there" in answer.output
    assert "secret" not in answer.output and "Traceback" not in answer.output
