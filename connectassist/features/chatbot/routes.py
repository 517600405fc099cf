"""/api/chatbot: the FAQ assistant of contract 004."""

from __future__ import annotations

from flask import Response

from connectassist.core.errors import NotFound, RateLimited, ValidationFailed
from connectassist.features.chatbot import figures, queries, rows, service
from connectassist.features.chatbot.bodies import LogFilter, LogPage, Message, Period, Rating
from connectassist.features.chatbot.rows import log_row, reply_row
from connectassist.features.chatbot.shapes import AnalyticsView, LogView, ReplyView
from connectassist.http import limits, spreadsheets
from connectassist.http.guard import SIGNED_IN, STAFF, current_principal, limiter, who_may
from connectassist.http.openapi import TEXT, Blueprint

bp = Blueprint("chatbot", __name__, url_prefix="/api/chatbot", description="The FAQ assistant.")


@bp.post("/chat")
@who_may(SIGNED_IN)
@bp.arguments(Message)
@bp.raises(ValidationFailed, RateLimited)
@bp.response(200)
@bp.shows(ReplyView)
def chat(body: dict) -> dict:
    """Ask the FAQ assistant. `response` is HTML, `text` the same as plain text; `session_id` goes on with the
    conversation, and one that isn't the caller's own begins another."""
    by = current_principal()
    limiter().spend(limits.CHATBOT, "chatbot", str(by.user_id))
    return reply_row(service.ask(body["message"], session_id=body["session_id"], by=by))


@bp.post("/feedback")
@who_may(SIGNED_IN)
@bp.arguments(Rating)
@bp.raises(ValidationFailed, NotFound)
@bp.response(200)
@bp.shows(LogView)
def feedback(body: dict) -> dict:
    """Say whether an answer helped: whoever it was given to."""
    return log_row(service.rate(body["message_id"], by=current_principal(), session_id=body["session_id"],
                                is_helpful=body["helpful"]))


@bp.get("/logs")
@who_may(STAFF)
@bp.arguments(LogPage, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(LogView(many=True))
def logs(query: dict) -> list[dict]:
    """What was asked and answered, newest first: of the caller's clients; an administrator sees all of it."""
    return [log_row(each) for each in queries.page(current_principal(), **query)]


@bp.get("/logs.csv")
@who_may(STAFF)
@bp.arguments(LogFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200, TEXT, content_type="text/csv")
def export(query: dict) -> Response:
    """The same as a CSV file, 50,000 at most."""
    query.pop("skip")
    pages = queries.exported(current_principal(), **query)
    return spreadsheets.answer("faq-assistant", rows.HEADINGS, (map(rows.csv_cells, page) for page in pages))


@bp.get("/analytics")
@who_may(STAFF)
@bp.arguments(Period, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(AnalyticsView)
def analytics(query: dict) -> dict:
    """Contract 004's figures over all that is kept, or over the last `days`; and more for our charts."""
    return figures.analytics(current_principal(), **query)
