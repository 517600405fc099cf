"""How answers and what was asked are shown, as contract 004 writes them."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.chatbot.models import ChatbotLog

if TYPE_CHECKING:
    from connectassist.features.assistant.service import Found
    from connectassist.features.chatbot.service import Reply

_COLUMNS = ("id", "created_at", "session_id", "user_id", "client_id", "user_query", "bot_response",
            "confidence_score", "was_escalated", "ticket_id", "entry_id", "was_helpful", "response_time_ms")
HEADINGS = ("Id", "Time", "Conversation", "User", "Client", "Question", "Answer", "Confidence", "Escalated", "Ticket",
            "Entry", "Helpful", "Milliseconds")


def as_html(text: str) -> str:
    """Plain text as HTML that shows just that: contract 004's page puts it into itself as HTML."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def reply_row(reply: Reply) -> dict[str, Any]:
    """An answer: `response` for contract 004's page, `text` for whoever shows plain text."""
    return {"response": as_html(reply.text), "text": reply.text, "session_id": reply.session_id,
            "confidence_score": reply.confidence, "was_escalated": reply.was_escalated, "ticket_id": reply.ticket_id,
            "needs_sign_in": reply.needs_sign_in, "message_id": reply.message_id, "language": reply.language,
            "sources": [source_row(each) for each in reply.sources],
            "suggestions": [source_row(each) for each in reply.others if each.is_entry and each.confidence >= 0.1]}


def source_row(found: Found) -> dict[str, Any]:
    """Where an answer stands, and how likely it is what was asked for."""
    document = found.document
    return {"kind": document.kind, "id": document.id, "question": document.title, "confidence": found.confidence}


def log_row(entry: ChatbotLog) -> dict[str, Any]:
    """A question with its answer, as it is kept."""
    return {"id": entry.id, "user_id": entry.user_id, "session_id": entry.session_id, "user_query": entry.user_query,
            "bot_response": entry.bot_response, "confidence_score": entry.confidence_score,
            "was_escalated": entry.was_escalated, "ticket_id": entry.ticket_id, "entry_id": entry.entry_id,
            "was_helpful": entry.was_helpful, "client_id": entry.client_id,
            "response_time_ms": entry.response_time_ms, "created_at": clock.iso(entry.created_at)}


def csv_cells(entry: ChatbotLog) -> list[Any]:
    """The same as a row of a CSV file, in the order of HEADINGS."""
    row = log_row(entry)
    return [row[name] for name in _COLUMNS]
