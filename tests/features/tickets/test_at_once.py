"""Two people, or two servers on one database, do the same in the same moment: it happens once, and nobody gets an
error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chatbot import queries as chats
from connectassist.features.faq import queries as entries
from connectassist.features.faq import service as faq
from connectassist.features.metrics import service as metrics
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.measures import MINUTE
from connectassist.features.metrics.models import SystemThreshold
from connectassist.features.tickets import queries, service
from connectassist.features.tickets.models import ServiceTarget
from tests.cast import ACME, Caller, Member

Make = Callable[..., dict[str, Any]]
AtOnce = Callable[[Callable[[int], Any]], list[Any]]
PATIENCE = 40


@pytest.fixture
def at_once(app: Flask) -> AtOnce:
    """What several are answered who do the same in the same moment."""
    def answers(act: Callable[[int], Any], many: int = 4) -> list[Any]:
        start, found = threading.Barrier(many), []

        def one(number: int) -> None:
            with app.test_request_context():
                start.wait(PATIENCE)
                found.append(act(number))

        racers = [threading.Thread(target=one, args=(number,)) for number in range(many)]
        for each in racers:
            each.start()
        for each in racers:
            each.join(PATIENCE)
        assert len(found) == many
        return found
    return answers


@pytest.fixture
def everyone(app: Flask, cast: dict[str, Member]) -> Callable[[str], Caller]:
    """Somebody of the cast at a browser of their own."""
    return lambda who: Caller(app.test_client(), cast[who])


def test_of_those_who_have_seen_the_same_one_changes_it(make: Make, everyone: Callable[[str], Caller],
                                                        at_once: AtOnce, monkeypatch: pytest.MonkeyPatch) -> None:
    path, looked, as_it_is = f"/api/tickets/{make()['id']}", threading.Barrier(4), queries.locked

    def locked(*told: Any) -> Any:
        looked.wait(PATIENCE)
        return as_it_is(*told)

    monkeypatch.setattr(queries, "locked", locked)
    answers = at_once(lambda number: everyone("technician_a").put(path, json={"title": f"By {number}", "version": 1}))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    now = everyone("technician_a").get(path).json
    assert now["version"] == 2
    assert {answer.json.get("title") or answer.json["ticket"]["title"] for answer in answers} == {now["title"]}


def test_a_conversation_leads_to_one_ticket(everyone: Callable[[str], Caller], at_once: AtOnce,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    chat, opened = "/api/chatbot/chat", []
    begun = everyone("customer").post(chat, json={"message": "hello"}).json["session_id"]
    monkeypatch.setattr(chats, "ticket_of", lambda session_id: None)
    service.on_opened.append(opened.append)
    try:
        answers = at_once(lambda number: everyone("customer").post(chat, json={
            "message": "I want to talk to a human", "session_id": begun}).json)
    finally:
        service.on_opened.remove(opened.append)
    numbers = {answer["ticket_id"] for answer in answers}
    assert len(numbers) == 1 and None not in numbers and len(opened) == 1
    assert all(answer["was_escalated"] for answer in answers)
    assert [row["id"] for row in everyone("customer").get("/api/tickets").json] == [*numbers]


def test_what_is_solved_twice_proposes_once(at_once: AtOnce, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "proposal_of", lambda source, source_id: None)
    told = {"source": "ticket", "source_id": "7", "client_id": ACME, "question": "Why?", "answer": "So"}
    assert sorted(at_once(lambda number: faq.propose(**told))) == [False, False, False, True]


def test_thresholds_are_set_by_several(everyone: Callable[[str], Caller], at_once: AtOnce, app: Flask) -> None:
    names = ("cpu", "memory", "disk")
    answers = at_once(lambda number: everyone("admin").put("/api/dashboard/thresholds", json={
        name: {"warning": 50 + number, "critical": 90} for name in (names if number % 2 else reversed(names))}))
    assert [answer.status_code for answer in answers] == [200] * 4
    with app.app_context():
        kept = db.session.scalars(select(SystemThreshold.warning)).all()
    assert len(kept) == 3 and len(set(kept)) == 1


@pytest.mark.parametrize("client", ["", f"?client_id={ACME}"])
def test_targets_are_set_by_several(everyone: Callable[[str], Caller], at_once: AtOnce, app: Flask,
                                    client: str) -> None:
    answers = at_once(lambda number: everyone("admin").put(f"/api/tickets/targets{client}", json={
        "low": {"response_minutes": 10 + number, "resolution_minutes": 90}}))
    assert [answer.status_code for answer in answers] == [200] * 4
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ServiceTarget)) == 1


def test_of_several_servers_one_writes_a_minute(at_once: AtOnce) -> None:
    point = Point(at=clock.now().replace(second=0, microsecond=0), cpu=1.0, memory=1.0, disk=1.0, hub_lag_ms=0.0,
                  sockets=0)
    assert sorted(at_once(lambda number: metrics._write(MINUTE, point))) == [False, False, False, True]


def test_of_several_servers_one_tells_of_a_clock(make: Make, later: Callable[..., Any], at_once: AtOnce,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    ticket_id, told = make(priority="critical")["id"], []
    later(minutes=31)
    monkeypatch.setattr(queries, "run_out", lambda moment: [ticket_id])
    hear = lambda ticket, which: told.append(which)  # noqa: E731
    service.on_overdue.append(hear)
    try:
        assert sorted(at_once(lambda number: service.tell_overdue())) == [0, 0, 0, 1]
    finally:
        service.on_overdue.remove(hear)
    assert told == ["response"]
