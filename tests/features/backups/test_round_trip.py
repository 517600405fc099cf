"""A site is backed up while it works, and put back elsewhere, on both databases."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from connectassist.core.db import db
from connectassist.core.settings import Settings
from connectassist.features.backups import making
from connectassist.features.backups.age import Keys
from tests.cast import PASSWORD, Caller, Member
from tests.conftest import settings_for
from tests.features.backups.sites import backed_up, counts, rows
from tests.live.operator import Operator
from tests.live.postgres import Postgres

WRITERS = 3


class Load:
    """Writers that add comments to tickets, each with the ticket's count of them in the same transaction."""

    def __init__(self, settings: Settings) -> None:
        self._engine = create_engine(settings.database, connect_args={"timeout": 60} if "sqlite" in settings.database
                                     else {})
        self._over, self.written = threading.Event(), [0] * WRITERS
        with self._engine.begin() as connection:
            for number in range(WRITERS):
                connection.execute(text(
                    "INSERT INTO tickets (id, client_id, title, status, priority, version, created_at, search_text, "
                    "waited_seconds) VALUES (:id, 2, 'Ünder load', 'open', 'low', 0, '2026-11-23 03:00:00', '', 0)"),
                    {"id": 900 + number})
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._engine.dispose()

    def _write(self, number: int) -> None:
        while not self._over.is_set():
            with self._engine.begin() as connection:
                connection.execute(text("UPDATE tickets SET version = version + 1 WHERE id = :id"),
                                   {"id": 900 + number})
                connection.execute(text(
                    "INSERT INTO ticket_comments (ticket_id, author, content, created_at, is_internal) "
                    "VALUES (:id, 'Tina', :content, '2026-11-23 03:00:00', :no)"),
                    {"id": 900 + number, "content": "x" * 200, "no": False})
            self.written[number] += 1

    def wait_for(self, more: int) -> None:
        """Until each writer has written so much more."""
        until = [count + more for count in self.written]
        while any(count < wanted for count, wanted in zip(self.written, until, strict=True)):
            self._over.wait(0.01)


def test_what_is_backed_up_under_load_is_of_one_moment(site: Settings, elsewhere: Settings) -> None:
    with Load(site) as load:
        load.wait_for(8)
        made = [making.make(site, site.instance.parent / "kept", keys=Keys()) for _ in range(2)]
        load.wait_for(5)
    Operator(elsewhere).runs("restore", made[-1].path)
    found = rows(elsewhere, "SELECT t.version, (SELECT count(*) FROM ticket_comments c WHERE c.ticket_id = t.id) "
                            "FROM tickets t WHERE t.id >= 900 ORDER BY t.id")
    assert len(found) == WRITERS and all(version == comments >= 8 for version, comments in found)
    assert sum(version for version, _ in found) < sum(load.written)
    first, second = (each.rows["ticket_comments"] for each in made)
    assert first <= second == sum(version for version, _ in found)


def test_everything_comes_back_elsewhere(site: Settings, elsewhere: Settings, technician_a: Caller, customer: Caller,
                                         make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    ticket = customer.post("/api/tickets", json={"title": "İzmir \U0001f5a8", "description": "x" * 9000}).json["id"]
    path = f"/api/tickets/{ticket}"
    file = customer.post(f"{path}/attachments", data={"file": (io.BytesIO(b"% \0 bytes"), "note.txt")}).json["id"]
    (site.instance / "recordings" / "deep" / "er").mkdir(parents=True)
    (site.instance / "recordings" / "deep" / "er" / "x.webm").write_bytes(b"film")
    before, comments = counts(site), technician_a.get(path).json
    said = Operator(elsewhere).runs("restore", backed_up(site))
    assert counts(elsewhere) == before
    assert f"{before['faq_entries']:>10} faq_entries" in said and "1 files are back" not in said
    assert (elsewhere.instance / "attachments" / file).read_bytes() == b"% \0 bytes"
    assert (elsewhere.instance / "recordings" / "deep" / "er" / "x.webm").read_bytes() == b"film"
    there = make_app(instance=elsewhere.instance, database_url=elsewhere.database_url).test_client()
    assert Caller(there, cast["technician_a"]).get(path).status_code == 401  # everybody signs in anew
    assert there.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD}).status_code == 200
    assert there.get(path).json == comments
    assert Caller(there, cast["device"]).get(
        f"/api/enrollment/status/{cast['device'].device_id}").json["enrolled"] is True
    assert there.get("/readyz").json["ready"] is True


def test_what_is_there_is_replaced_only_on_request_and_kept(site: Settings, database: str, admin: Caller) -> None:
    archive, operator = backed_up(site), Operator(site)
    admin.post("/api/clients", json={"name": "Made later"})
    (site.instance / "uploads" / "later").write_text("later")
    _let_go(admin)
    assert "--replace" in operator.is_refused("restore", archive)
    assert rows(site, "SELECT name FROM clients WHERE name = 'Made later'")
    assert operator.tries("restore", archive, "--replace", typed="n\n").exit_code == 1
    assert (site.instance / "uploads" / "later").exists()
    operator.runs("restore", archive, "--replace", typed="y\n")
    assert not rows(site, "SELECT name FROM clients WHERE name = 'Made later'")
    assert not (site.instance / "uploads" / "later").exists()
    (aside,) = site.instance.glob("before-restore-*")
    assert (aside / "uploads" / "later").read_text() == "later"
    if database == "postgresql":
        schema = aside.name.replace("-", "_").lower()
        assert rows(site, f'SELECT name FROM "{schema}".clients WHERE name = \'Made later\'')
    else:
        with create_engine(f"sqlite:///{aside / 'connectassist.db'}").connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM clients WHERE name = 'Made later'")) == 1


def _let_go(caller: Caller) -> None:
    """The app's connections, as when the server is stopped."""
    with caller.client.application.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_backup_of_the_other_database_is_taken_too(site: Settings, database: str, tmp_path: Path,
                                                     postgres: Postgres) -> None:
    other = settings_for(tmp_path / "other", database_url="" if database == "postgresql" else postgres.new_database())
    Operator(other).runs("restore", backed_up(site))
    assert counts(other) == counts(site)
