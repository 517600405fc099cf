"""A site moves from SQLite to PostgreSQL with everything it has."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from connectassist.cli import cli
from connectassist.core import clock
from connectassist.core.db import Base, db
from connectassist.core.settings import driver_url
from connectassist.features.faq import service as faq
from connectassist.features.metrics import service as metrics
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.measures import MINUTE
from connectassist.features.metrics.models import SystemAlert
from tests.cast import ACME, PASSWORD, SECRET_KEY, Caller, Member
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


def test_the_it_desk_comes_along(old: Flask, empty: str, make_app: Callable[..., Flask],
                                 cast: dict[str, Member]) -> None:
    """Tickets with all that hangs on them, conversations, proposals, targets, samples; and what comes next is new."""
    technician, customer = (Caller(old.test_client(), cast[who]) for who in ("technician_a", "customer"))
    admin = Caller(old.test_client(), cast["admin"])
    ticket = customer.post("/api/tickets", json={"title": "İzmir", "description": "No mail"}).json["id"]
    path = f"/api/tickets/{ticket}"
    kept = customer.post(f"{path}/attachments", data={"file": (io.BytesIO(b"% \0 bytes"), "note.txt")}).json["id"]
    technician.post(f"{path}/comments", json={"content": "for us", "is_internal": True})
    technician.put(path, json={"waiting_for_customer": True, "assigned_to": cast["technician_a"].user_id})
    chat = {"message": "I want to talk to a human"}
    said = customer.post("/api/chatbot/chat", json=chat).json
    admin.put("/api/tickets/targets", json={"low": {"response_minutes": 5, "resolution_minutes": 9}})
    admin.put("/api/dashboard/thresholds", json={"cpu": {"warning": 40, "critical": 50.5}})
    entry = technician.post("/api/chatbot/faqs", json={"question": "Straße?", "answer": "So"}).json["id"]
    with old.test_request_context():
        faq.propose(source="ticket", source_id=str(ticket), client_id=ACME, question="Why?", answer="So")
        metrics._write(MINUTE, Point(clock.now(), 1.5, 2.0, 3.0, 4.0, 5))
        db.session.add(SystemAlert(metric="cpu", severity="warning", title="Busy", value=9.5, threshold=9.0,
                                   opened_at=clock.now()))
        db.session.commit()
    wanted = [path, f"{path}/history", "/api/tickets?search=izmir", "/api/tickets/targets", "/api/chatbot/logs",
              "/api/chatbot/proposals", "/api/chatbot/faqs?search=STRASSE", "/api/dashboard/thresholds",
              "/api/dashboard/alerts", "/api/chatbot/analytics", "/api/tickets/analytics/summary"]
    before = [technician.get(each).json for each in wanted]
    assert all(before)
    assert copied(old, empty).exit_code == 0
    new = make_app(database_url=empty)
    technician, customer = (Caller(new.test_client(), cast[who]) for who in ("technician_a", "customer"))
    assert [technician.get(each).json for each in wanted] == before
    shutil.copytree(old.extensions["settings"].instance, new.extensions["settings"].instance, dirs_exist_ok=True)
    assert customer.get(f"{path}/attachments/{kept}").data == b"% \0 bytes"
    again = customer.post("/api/chatbot/chat", json=chat | {"session_id": said["session_id"]}).json
    assert again["ticket_id"] == said["ticket_id"] and again["message_id"] == said["message_id"] + 1
    assert technician.post("/api/chatbot/faqs", json={"question": "x", "answer": "y"}).json["id"] == entry + 1
    assert technician.post(f"{path}/comments", json={"content": "more"}).status_code == 201
    assert len(technician.get(f"{path}/history").json) == len(before[1]) + 1


def test_a_database_that_holds_something_is_left_alone(old: Flask, postgres_url: str) -> None:
    answer = copied(old, postgres_url)
    assert answer.exit_code == 1 and "There are tables in that database already" in answer.output


@pytest.mark.parametrize("target", ["postgresql://nobody:secret@127.0.0.1:1/none"])
def test_a_database_that_is_not_there_is_told_in_a_line(old: Flask, target: str) -> None:
    answer = copied(old, target)
    assert answer.exit_code == 1 and "nothing was kept there" in answer.output
    assert "secret" not in answer.output and "Traceback" not in answer.output
