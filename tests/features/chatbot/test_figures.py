"""Figures of what was asked, over all that is kept and over some days."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.chatbot.models import ChatbotLog
from tests.cast import Caller
from tests.features.chatbot.test_chat import ask


def test_figures_of_some_days(app: Flask, customer: Caller, technician_a: Caller) -> None:
    ask(customer, "the frobnicator zorgs")
    with app.app_context():
        db.session.execute(update(ChatbotLog).values(created_at=clock.now() - timedelta(days=10)))
        db.session.commit()
    ask(customer, "How do I reset my password?")
    whole = technician_a.get("/api/chatbot/analytics").json
    week = technician_a.get("/api/chatbot/analytics?days=7").json
    assert (whole["total_queries"], len(whole["common_queries"]), len(whole["days"])) == (2, 2, 30)
    assert (week["total_queries"], [each["query"] for each in week["common_queries"]], len(week["days"])) == (
        1, ["How do I reset my password?"], 7)
    assert week["avg_confidence_score"] > whole["avg_confidence_score"]
