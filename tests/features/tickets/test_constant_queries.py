"""The desk's lists ask the database as often for many rows as for few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chatbot.models import ChatbotLog, ChatbotSession
from connectassist.features.faq.models import FaqEntry, FaqProposal
from connectassist.features.live_line.service import snapshot
from connectassist.features.tickets.models import Ticket, TicketAttachment, TicketChange, TicketComment
from connectassist.identity import principal
from tests.cast import ACME, BETA, Caller

PATHS = ("/api/tickets", "/api/tickets/page", "/api/tickets/page?search=gizmo&sort=priority",
         "/api/tickets/export.csv", "/api/tickets/1", "/api/tickets/1/history", "/api/tickets/analytics/summary",
         "/api/chatbot/logs", "/api/chatbot/logs.csv", "/api/chatbot/analytics", "/api/chatbot/faqs",
         "/api/chatbot/proposals", "/api/dashboard/health", "/api/dashboard/metrics", "/api/dashboard/logs",
         "/tickets", "/tickets/1", "/faq", "/analytics")


def fill(number: int) -> None:
    """So many of everything, of two clients and many people and machines."""
    moment = clock.now()
    for at in range(number):
        client_id = (ACME, BETA)[at % 2]
        name = f"{number}-{at}"
        db.session.add_all([
            Ticket(client_id=client_id, title="gizmo", description="broken", device_id=f"PC-{name}",
                   created_at=moment - timedelta(hours=at), category="other"),
            FaqEntry(client_id=client_id, question=f"gizmo {name}", answer="one"),
            FaqProposal(client_id=client_id, source="ticket", source_id=name, question="gizmo", answer="one"),
            ChatbotSession(id=name, client_id=client_id)])
        db.session.flush()
        db.session.add_all([
            TicketComment(ticket_id=1, author=f"Ann {at}", content="seen"),
            TicketAttachment(id=name, ticket_id=1, name="a.txt", size=1),
            TicketChange(ticket_id=1, kind="changed", who=f"Ann {at}", changes={"assigned_to": [None, at % 4 + 1]}),
            ChatbotLog(session_id=name, client_id=client_id, user_query="gizmo", asked="gizmo", bot_response="one")])
    db.session.commit()


@pytest.fixture
def filled(app: Flask) -> Callable[[int], None]:
    def filled(number: int) -> None:
        with app.app_context():
            fill(number)
    return filled


def test_lists_ask_as_often_for_many_rows_as_for_few(admin: Caller, filled: Callable[[int], None],
                                                     count_queries: Callable[[Callable[[], Any]], int]) -> None:
    def counts() -> dict[str, int]:
        for path in PATHS:
            assert admin.get(path).status_code == 200, path
        return {path: count_queries(lambda path=path: admin.get(path)) for path in PATHS}
    filled(3)
    few = counts()
    filled(40)
    assert counts() == few


def test_so_does_the_start_of_a_live_line(
        app: Flask, filled: Callable[[int], None],
        count_queries: Callable[[Callable[[], Any]], int]) -> None:
    def counts() -> int:
        with app.app_context():
            return count_queries(lambda: snapshot(principal.system()))
    filled(3)
    few = counts()
    filled(40)
    assert counts() == few
