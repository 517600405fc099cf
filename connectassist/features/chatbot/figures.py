"""What was asked, counted: contract 004's figures over all that is kept, and more of the last days for our charts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from connectassist.core import clock
from connectassist.core.db import read_aside
from connectassist.core.measures import utc_day
from connectassist.features.chatbot import queries
from connectassist.features.chatbot.answering import SMALL_TALK, SURE_ENOUGH
from connectassist.features.chatbot.models import ChatbotLog
from connectassist.features.faq import queries as faq
from connectassist.identity.principal import Principal

MOST, USUAL_DAYS = 10, 30


def analytics(by: Principal, *, days: int | None = None) -> dict[str, Any]:
    """All of it, with seven reads, however much is kept: over `days`, or contract 004's over all that is kept and ours
    over a month."""
    total, escalated, confidence, helpful, rated = read_aside(_counted(by, days))[0]
    asked, days = _asked(read_aside(_common(by, days))), days or USUAL_DAYS
    return {"total_queries": total, "escalated_queries": escalated,
            "escalation_rate": _percent(escalated, total), "avg_confidence_score": round(confidence or 0.0, 2),
            "common_queries": asked, "days": _by_day(by, days=days),
            "top_entries": _top_entries(by, days=days),
            "unanswered": _asked(read_aside(_common(by, days).where(ChatbotLog.confidence_score < SURE_ENOUGH))),
            "helpful_rate": _percent(helpful, rated) if rated else None}


def _percent(part: int, whole: int) -> float:
    return round(part * 100 / whole, 2) if whole else 0.0


def _counted(by: Principal, days: int | None) -> Select:
    return select(func.count(ChatbotLog.id), func.count(case((ChatbotLog.was_escalated, 1))),
                  func.avg(ChatbotLog.confidence_score), func.count(case((ChatbotLog.was_helpful, 1))),
                  func.count(ChatbotLog.was_helpful)).where(*queries.scope(by), *_within(days))


def _common(by: Principal, days: int | None) -> Select:
    """The questions asked most; a greeting or a wish for people is none."""
    count = func.count(ChatbotLog.id).label("count")
    found = select(func.min(ChatbotLog.user_query).label("query"), count).where(
        *queries.scope(by), *_within(days), ChatbotLog.asked != "", ChatbotLog.confidence_score != SMALL_TALK)
    return found.group_by(ChatbotLog.asked).order_by(count.desc(), func.max(ChatbotLog.id).desc()).limit(MOST)


def _asked(rows: list[Row]) -> list[dict[str, Any]]:
    return [{"query": row.query[:200], "count": row.count} for row in rows]


def _by_day(by: Principal, *, days: int) -> list[dict[str, Any]]:
    """Each of the last days in UTC, oldest first, those without a question too."""
    day = utc_day(ChatbotLog.created_at)
    rows = read_aside(select(day.label("day"), func.count(ChatbotLog.id).label("total"),
                             func.count(case((ChatbotLog.was_escalated, 1))).label("escalated"))
                      .where(*queries.scope(by), ChatbotLog.created_at >= _since(days)).group_by(day))
    counted = {row.day: (row.total, row.escalated) for row in rows}
    listed = [str((_since(days) + timedelta(days=number)).date()) for number in range(days)]
    return [dict(zip(("day", "total", "escalated"), (day, *counted.get(day, (0, 0))), strict=True)) for day in listed]


def _within(days: int | None) -> list[ColumnElement[bool]]:
    return [] if days is None else [ChatbotLog.created_at >= _since(days)]


def _since(days: int) -> Any:
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)


def _top_entries(by: Principal, *, days: int) -> list[dict[str, Any]]:
    count = func.count(ChatbotLog.id).label("count")
    rows = read_aside(select(
        ChatbotLog.entry_id.label("id"), count, func.count(case((ChatbotLog.was_helpful, 1))).label("helpful"),
        func.count(ChatbotLog.was_helpful).label("rated")).where(
            *queries.scope(by), ChatbotLog.entry_id.is_not(None), ChatbotLog.created_at >= _since(days))
        .group_by(ChatbotLog.entry_id).order_by(count.desc(), ChatbotLog.entry_id).limit(MOST))
    questions = faq.questions([row.id for row in rows])
    return [{"id": row.id, "question": questions.get(row.id, ""), "count": row.count, "helpful": row.helpful,
             "not_helpful": row.rated - row.helpful} for row in rows]
