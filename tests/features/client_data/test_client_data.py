"""Everything of one client is handed out, or erased, and nothing of anybody else's."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import JSON, Boolean, Column, DateTime, Table, TypeDecorator, func, insert, select

from connectassist.core import clock
from connectassist.core.db import Base, db
from connectassist.features.client_data import belonging, service
from connectassist.features.client_data.commands import client as command
from connectassist.features.clients.models import Client
from tests.cast import Caller

_numbers = count(700_000)
#: What a column must be to be let in, where its type does not say.
SPECIAL = {"role": "customer", "source_kind": "ticket", "kind": "text"}
SECRET_WORD = "sealed-or-hashed"


def belongs_in(table: Table, column: Column[Any], made: dict[str, dict[str, Any]], client_id: int) -> Any:
    """What leads a row to its client, if this column does."""
    for way in belonging.BELONGS[table.name]:
        if way.column == column.name:
            return client_id if way.of == "clients" else made[way.of][way.key]
    for key in column.foreign_keys:
        target = key.column.table.name
        if target in made:
            return made[target][key.column.name]
        if target == "users" and not column.nullable:
            return 1
    return None


def some_value(column: Column[Any]) -> Any:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if column.name in SPECIAL:
        return SPECIAL[column.name]
    if isinstance(kind, DateTime):
        return clock.now()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, JSON):
        return []
    if kind.python_type is str:
        text = f"{SECRET_WORD}-{next(_numbers)}" if belonging.is_secret(column) else f"ü{next(_numbers)}"
        return text[-(kind.length or 60):]
    return next(_numbers)


def fill(client_id: int) -> dict[str, dict[str, Any]]:
    """A row in every table that belongs to clients."""
    made: dict[str, dict[str, Any]] = {"clients": {"id": client_id}}
    for name in reversed(belonging.leaves_first()):
        if name == "clients":
            continue
        table, row = belonging.table(name), {}
        for column in table.columns:
            led = belongs_in(table, column, made, client_id)
            is_needed = not column.nullable and column.default is None and column.server_default is None
            is_own_number = column.primary_key and column.type.python_type is int and not column.foreign_keys
            if name in ("notes", "custom_fields") and column.name == "device_id":
                continue
            if led is not None:
                row[column.name] = led
            elif (is_needed or column.name == "role" or belonging.is_secret(column)) and not is_own_number:
                row[column.name] = some_value(column)
        key = db.session.execute(insert(table).values(row)).inserted_primary_key
        made[name] = row | dict(zip([c.name for c in table.primary_key.columns], key, strict=True))
    db.session.commit()
    return made


def counts_of(client_id: int) -> dict[str, int]:
    return {name: db.session.scalar(select(func.count()).select_from(belonging.table(name)).where(
        belonging.rows_of(name, client_id))) for name in belonging.BELONGS}


@pytest.fixture
def acme(app: Flask) -> Iterator[int]:
    """A client with a row in every table and a file of each kind; another one, the same."""
    with app.app_context():
        for name in ("Äcme & Söhne", "Other Ltd"):
            db.session.add(Client(name=name, slug=name.split()[0].lower()))
        db.session.commit()
        acme, other = db.session.scalars(select(Client.id).where(Client.name.in_(("Äcme & Söhne", "Other Ltd")))
                                         .order_by(Client.id))
        for client_id in (acme, other):
            made, kept = fill(client_id), app.extensions["settings"]
            (kept.attachments / made["ticket_attachments"]["id"]).write_bytes(b"attached %d" % client_id)
            (kept.uploads / made["session_files"]["id"]).write_bytes(b"sent %d" % client_id)
            (kept.recordings / f"{made['recordings']['id']}.webm").write_bytes(b"recorded %d" % client_id)
        yield acme


def test_every_table_is_a_clients_or_the_sites() -> None:
    known = belonging.BELONGS.keys() | belonging.OF_THE_SITE
    assert {table.name for table in Base.metadata.sorted_tables} == known


def test_what_proves_who_somebody_is_counts_as_secret() -> None:
    hidden = {f"{name}.{column.name}" for name in belonging.BELONGS for column in belonging.table(name).columns
              if belonging.is_secret(column)}
    assert {"users.password_hash", "device_credentials.secret_hash", "device_tokens.token_hash",
            "devices.permanent_password", "enrollment_tokens.token_hash"} <= hidden


def test_an_export_holds_everything_of_the_client_and_of_nobody_else(acme: int, admin: Caller) -> None:
    wanted = counts_of(acme)
    assert min(wanted.values()) >= 1, f"every table has something: {wanted}"
    answer = admin.get(f"/api/clients/{acme}/export")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.testzip() is None
        told = json.loads(found.read("contents.json"))
        for name, number in wanted.items():
            lines = [json.loads(line) for line in found.read(f"data/{name}.jsonl").splitlines()]
            more = 1 if name == "audit_entries" else 0  # that it was handed out
            assert told[name] == len(lines) == number + more, name
        kept = [found.read(name) for name in found.namelist() if name.startswith("files/")]
        assert sorted(kept) == [b"attached %d" % acme, b"recorded %d" % acme, b"sent %d" % acme]
        everything = b"".join(found.read(name) for name in found.namelist())
        assert "Äcme & Söhne".encode() in everything and b"Other Ltd" not in everything
        assert SECRET_WORD.encode() not in everything


def test_erasing_leaves_nothing_of_the_client_and_all_of_the_others(app: Flask, acme: int, admin: Caller) -> None:
    other = acme + 1
    before, kept = counts_of(other), app.extensions["settings"]
    seen = admin.get(f"/api/clients/{acme}/data").json
    assert seen["rows"]["tickets"] == 1 and seen["files"] == 3
    assert admin.post(f"/api/clients/{acme}/erase", json={"name": "Acme"}).status_code == 409
    assert counts_of(acme)["tickets"] == 1, "a wrong name erases nothing"
    answer = admin.post(f"/api/clients/{acme}/erase", json={"name": "Äcme & Söhne"})
    assert answer.status_code == 200, answer.text
    db.session.rollback()
    left = {name: number for name, number in counts_of(acme).items() if number}
    assert not left
    assert counts_of(other) == before
    for folder in (kept.attachments, kept.uploads, kept.recordings):
        assert [path for path in folder.iterdir() if path.is_file() and b"%d" % acme in path.read_bytes()] == []
        assert [path for path in folder.iterdir() if path.is_file() and b"%d" % other in path.read_bytes()]
    told = admin.get("/api/logs?limit=50").text
    assert "is erased with everything" in told
    assert admin.post(f"/api/clients/{acme}/erase", json={"name": "Äcme & Söhne"}).status_code == 404


@pytest.mark.parametrize(("times", "status"), [(1, 200), (99, 409)])
def test_what_comes_while_a_client_is_erased_goes_too(acme: int, admin: Caller, monkeypatch: pytest.MonkeyPatch,
                                                      times: int, status: int) -> None:
    plainly, left = service._empty, [times]

    def while_a_device_enrolls(name: str, client_id: int) -> int:
        if name == "clients" and left[0]:
            left[0] -= 1
            values = {column.name: some_value(column) for column in belonging.table("devices").columns
                      if not column.nullable and column.default is None}
            db.session.execute(insert(belonging.table("devices")).values(values | {"client_id": client_id}))
            db.session.commit()
        return plainly(name, client_id)

    monkeypatch.setattr(service, "_empty", while_a_device_enrolls)
    answer = admin.post(f"/api/clients/{acme}/erase", json={"name": "Äcme & Söhne"})
    assert answer.status_code == status, answer.text
    db.session.rollback()
    assert bool(counts_of(acme)["clients"]) == (status != 200)
    assert status != 200 or not any(counts_of(acme).values())


def test_the_default_client_stays(app: Flask, admin: Caller) -> None:
    name = admin.get("/api/clients/1").json["name"]
    assert admin.post("/api/clients/1/erase", json={"name": name}).status_code == 400


def test_the_commands_do_the_same(app: Flask, acme: int, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(command, words, obj=lambda: app)

    assert "1  tickets" in run("show", str(acme)).output
    assert run("export", str(acme), str(tmp_path / "acme.zip")).exit_code == 0
    assert zipfile.is_zipfile(tmp_path / "acme.zip")
    assert (tmp_path / "acme.zip").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "acme.zip.part").exists()
    (tmp_path / "other.zip.part").touch()
    assert "is there already" in run("export", str(acme), str(tmp_path / "other.zip")).output
    assert run("erase", str(acme), "--dry-run").exit_code == 0
    assert run("erase", str(acme), "--name", "no").exit_code != 0
    assert counts_of(acme)["tickets"] == 1
    done = run("erase", str(acme), "--keep-log", "--name", "Äcme & Söhne")
    assert done.exit_code == 0, done.output
    db.session.rollback()
    assert {name for name, number in counts_of(acme).items() if number} == {"audit_entries"}


def test_times_in_an_export_are_utc(acme: int, admin: Caller) -> None:
    with zipfile.ZipFile(io.BytesIO(admin.get(f"/api/clients/{acme}/export").data)) as found:
        row = json.loads(found.read("data/tickets.jsonl").splitlines()[0])
    assert datetime.fromisoformat(row["created_at"]).utcoffset() is not None


def test_an_erasing_that_breaks_off_leaves_no_file_without_its_row(
        app: Flask, acme: int, admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = service._empty

    def until_the_client(name: str, client_id: int) -> int:
        if name == "clients":
            raise RuntimeError("the power went")
        return empty(name, client_id)

    monkeypatch.setattr(service, "_empty", until_the_client)
    assert admin.post(f"/api/clients/{acme}/erase", json={"name": "Äcme & Söhne"}).status_code == 500
    kept = app.extensions["settings"]
    for folder in (kept.attachments, kept.uploads, kept.recordings):
        assert not [path for path in folder.iterdir() if path.is_file() and b"%d" % acme in path.read_bytes()]
    monkeypatch.undo()
    assert admin.post(f"/api/clients/{acme}/erase", json={"name": "Äcme & Söhne"}).status_code == 200
