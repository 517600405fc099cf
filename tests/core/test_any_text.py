"""A text with a NUL in it, which PostgreSQL refuses: it names nobody, and costs what it is written with nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, select

from connectassist.core.db import db
from connectassist.features.clients.models import Client
from connectassist.http.context import writer
from tests.cast import PASSWORD, Caller


def test_it_names_nobody(nobody: Caller, admin: Caller) -> None:
    strange = nobody.post("/api/admin/login", json={"username": "tina\0", "password": PASSWORD})
    assert (strange.status_code, strange.json["error"]) == (401, "Invalid credentials")
    assert nobody.get("/api/connect/9PD%00").status_code == 404
    assert admin.get("/api/commands?search=%00").json["commands"] == []


@pytest.mark.parametrize("through", ["session", "writer"])
def test_what_is_written_with_it_is_kept(app: Flask, through: str) -> None:
    rows = [{"name": name, "slug": name.casefold()} for name in ("Plain", "Odd\0One", "Grüße 👋")]

    def write(connection: Connection) -> None:
        connection.execute(insert(Client), rows)

    with app.test_request_context():
        if through == "session":
            db.session.execute(insert(Client), rows)
            db.session.commit()
        else:
            writer().do(write)
        kept = list(db.session.scalars(select(Client.name).order_by(Client.id.desc()).limit(3)))
    assert [kept[0], kept[1].replace("\0", "�"), kept[2]] == ["Grüße 👋", "Odd�One", "Plain"]
