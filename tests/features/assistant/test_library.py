"""What the assistant knows for a client, kept and made anew; and the routes that tell of its provider."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask, current_app

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.settings import Settings
from connectassist.features.assistant import service
from connectassist.features.assistant.knowledge import Document
from connectassist.features.assistant.library import Library
from connectassist.features.assistant.service import Question
from connectassist.features.faq.models import FaqEntry
from connectassist.features.tickets.models import Ticket, TicketComment
from tests.cast import ACME, BETA, Caller


@pytest.fixture
def library(in_app: None) -> Library:
    return current_app.extensions["assistant"].library


def add(*rows: object) -> None:
    db.session.add_all(rows)
    db.session.commit()


def solved(client_id: int, resolution: str, **more: object) -> Ticket:
    return Ticket(client_id=client_id, title="gizmo", status="resolved", resolution=resolution, updated_at=clock.now(),
                  **more)


def test_a_client_s_own_and_everybody_s_are_known(library: Library) -> None:
    add(FaqEntry(client_id=ACME, question="gizmo", answer="of Acme"),
        FaqEntry(client_id=BETA, question="gizmo", answer="of Beta"),
        FaqEntry(question="gizmo", answer="of all"), FaqEntry(question="gizmo", answer="no more", is_active=False),
        solved(ACME, "solved at Acme"), solved(BETA, "solved at Beta"), solved(ACME, ""),
        Ticket(client_id=ACME, title="gizmo", status="open", resolution="not yet"))
    assert {hit.document.text for hit in library.of(ACME).search("gizmo", limit=20)} == {
        "of Acme", "of all", "solved at Acme"}
    assert {hit.document.text for hit in library.of(BETA).search("gizmo", limit=20)} == {
        "of Beta", "of all", "solved at Beta"}


def test_what_is_private_in_a_solved_ticket_is_masked(library: Library) -> None:
    ticket = solved(ACME, "Tina Acme and Ottokar told carl@acme.example, +49 30 1234567, that the password is hunter2",
                    requested_by="Tina Acme")
    add(ticket)
    add(TicketComment(ticket_id=ticket.id, author="Ottokar Moose", content="x"))
    (hit,) = library.of(ACME).search("gizmo")
    assert hit.document.text == "[name] and [name] told [e-mail], [number], that the password is [secret]"
    (found,) = service.find(ACME, "gizmo")
    assert found.text == hit.document.text


def test_an_index_is_kept_until_something_changes(library: Library) -> None:
    first = library.of(ACME)
    assert library.of(ACME) is first
    entry = FaqEntry(question="gizmo", answer="one")
    add(entry)
    second = library.of(ACME)
    assert second is not first
    entry.answer = "two"
    db.session.commit()
    assert [hit.document.text for hit in library.of(ACME).search("gizmo")] == ["two"]
    entry.is_active = False
    db.session.commit()
    assert library.of(ACME).search("gizmo") == []
    add(solved(ACME, "a new way"))
    assert [hit.document.text for hit in library.of(ACME).search("gizmo")] == ["a new way"]


def test_only_so_many_are_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectassist.features.assistant.library.MOST_KEPT", 2)
    for client_id in (1, ACME, BETA, ACME):
        library.of(client_id)
    assert list(library._kept) == [frozenset((BETA,)), frozenset((ACME,))]


def test_of_large_ones_fewer_are_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectassist.features.assistant.library.MOST_DOCUMENTS", 1)
    add(FaqEntry(question="gizmo", answer="one"))
    for client_id in (ACME, BETA):
        library.of(client_id)
    assert list(library._kept) == [frozenset((BETA,))]


def test_of_many_who_ask_one_has_it_made(app: Flask) -> None:
    made, begun, go_on = [], Event(), Event()

    def make(documents: list[Document]) -> list[Document]:
        made.append(1)
        begun.set()
        go_on.wait(20)
        return documents
    library = Library(make)

    def ask() -> None:
        with app.app_context():
            library.of(ACME)
    with ThreadPoolExecutor(4) as askers:
        first = askers.submit(ask)
        begun.wait(20)
        others = [askers.submit(ask) for _ in range(3)]
        go_on.set()
        for each in (first, *others):
            each.result(20)
    assert made == [1]


def test_a_provider_that_fails_gives_way_to_the_builtin(app: Flask) -> None:
    service.install(app, Settings(llm_provider="claude-cli"))
    with app.app_context():
        current_app.extensions["assistant"].line._rests_until = clock.monotonic() + 100
        assert "printer" in service.answer(Question(client_id=ACME, text="my printer is offline")).text


@pytest.mark.parametrize("name", ["nobody", "customer", "device", "viewer_a", "admin"])
def test_anyone_may_know_who_answers(as_member: Callable[[str], Caller], name: str) -> None:
    assert as_member(name).get("/api/llm/config").json == {"provider": "builtin", "model": "builtin", "url": ""}
    assert as_member(name).get("/api/llm/models").json == {"provider": "builtin", "model": "builtin"}


def test_an_address_is_shown_without_what_is_secret_in_it(app: Flask) -> None:
    service.install(app, Settings(llm_provider="openai", llm_model="m", llm_api_key="sk-x",
                                  llm_url="https://user:pass@models.example:8443/base?token=abc#d"))
    assert app.test_client().get("/api/llm/config").json == {
        "provider": "openai", "model": "m", "url": "https://models.example:8443/base"}


def test_each_provider_has_its_usual_model_and_address(app: Flask) -> None:
    found = []
    for name in ("ollama", "openai", "anthropic", "claude-cli"):
        service.install(app, Settings(llm_provider=name))
        found.append(app.test_client().get("/api/llm/config").json)
    assert found[0] == {"provider": "ollama", "model": "llama3.2", "url": "http://localhost:11434"}
    assert [each["url"] for each in found[1:]] == ["https://api.openai.com", "https://api.anthropic.com", ""]


def test_an_admin_may_try_it(admin: Caller, technician_a: Caller) -> None:
    assert admin.post("/api/llm/test").json["success"] is True
    assert technician_a.post("/api/llm/test").status_code == 403
