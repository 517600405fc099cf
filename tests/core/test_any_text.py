"""A text with a NUL in it, which PostgreSQL refuses: it names nobody, and costs what it is written with nothing. Words
are found alike on every database, however they were written; numbers that none holds are nobody's."""

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


def test_words_are_found_however_they_are_written(admin: Caller, customer: Caller) -> None:
    written = "İSTANBUL Straße ЁЛКА Cafe\u0301 ﬁlter 100%_\\ IŞIK"
    ticket = admin.post("/api/tickets", json={"title": written, "description": "x\0y"}).json
    entry = admin.post("/api/chatbot/faqs", json={"question": written, "answer": "x\0y"}).json
    asked = customer.post("/api/chatbot/chat", json={"message": written + "\0"}).json["session_id"]
    for word in ("istanbul", "STRASSE", "straße", "елка", "ёлка", "Е\u0308ЛКА", "CAFÉ", "café", "FILTER", "100%_\\",
                 "ışık", "İstanbul", "IŞIK"):
        query = {"search": word}
        assert [row["id"] for row in admin.get("/api/tickets", query_string=query).json] == [ticket["id"]], word
        assert [row["id"] for row in admin.get("/api/chatbot/faqs", query_string=query).json] == [entry["id"]], word
        logs = admin.get("/api/chatbot/logs", query_string=query).json
        assert [row["session_id"] for row in logs] == [asked], word
    for word in ("100%%", "1__%", "strase", "\0"):
        assert admin.get("/api/chatbot/faqs", query_string={"search": f"{word}zz"}).json == []


def test_a_number_that_no_database_holds_is_nobodys(admin: Caller) -> None:
    for number in (2**31, 2**63):
        calls = [admin.get(f"/api/{path}{number}") for path in (
            "tickets/", "tickets?assigned_to=", "tickets?client_id=", "tickets?skip=", "tickets/1/history?before=",
            "tickets/targets?client_id=", "chatbot/logs?skip=", "chatbot/faqs/")]
        calls += [admin.post(f"/api/tickets/{number}/comments", json={"content": "x"}),
                  admin.post(f"/api/chatbot/proposals/{number}/dismiss"),
                  admin.post(f"/api/dashboard/alerts/{number}/acknowledge"),
                  admin.post("/api/tickets", json={"title": "x", "description": "x", "client_id": number}),
                  admin.post("/api/chatbot/faqs", json={"question": "x", "answer": "x", "client_id": number}),
                  admin.post("/api/chatbot/feedback", json={"message_id": number, "helpful": True})]
        assert [answer.text for answer in calls if answer.status_code not in (200, 400, 404, 422)] == []
