"""What the answers of /api/chatbot look like."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class SourceView(Shape):
    kind = fields.String(metadata={"description": "`faq` or `ticket`."})
    id = fields.Integer()
    question = fields.String()
    confidence = fields.Float()


class ReplyView(Shape):
    """`response` is HTML, `text` the same as plain text."""

    response = fields.String()
    text = fields.String()
    session_id = fields.String()
    confidence_score = fields.Float()
    was_escalated = fields.Boolean()
    ticket_id = fields.Integer(allow_none=True)
    needs_sign_in = fields.Boolean()
    message_id = fields.Integer()
    language = fields.String()
    sources = fields.List(fields.Nested(SourceView))
    suggestions = fields.List(fields.Nested(SourceView))


class TrialView(Shape):
    """What would be found, best first; `answers`: the first is sure enough to be the answer."""

    answers = fields.Boolean()
    sure_enough = fields.Float()
    found = fields.List(fields.Nested(SourceView))


class LogView(Shape):
    """One question with its answer."""

    id = fields.Integer()
    user_id = fields.Integer(allow_none=True)
    session_id = fields.String()
    user_query = fields.String()
    bot_response = fields.String()
    confidence_score = fields.Float()
    was_escalated = fields.Boolean()
    ticket_id = fields.Integer(allow_none=True)
    was_helpful = fields.Boolean(allow_none=True)
    response_time_ms = fields.Integer()
    created_at = fields.String()


class CommonQuery(Shape):
    query = fields.String()
    count = fields.Integer()


class TopEntry(Shape):
    id = fields.Integer()
    question = fields.String()
    count = fields.Integer()
    helpful = fields.Integer()
    not_helpful = fields.Integer()


class DayView(Shape):
    day = fields.String()
    total = fields.Integer()
    escalated = fields.Integer()


class AnalyticsView(Shape):
    """Contract 004's figures, and more for our own charts."""

    total_queries = fields.Integer()
    escalated_queries = fields.Integer()
    escalation_rate = fields.Float(metadata={"description": "In percent."})
    avg_confidence_score = fields.Float()
    common_queries = fields.List(fields.Nested(CommonQuery))
    days = fields.List(fields.Nested(DayView))
    top_entries = fields.List(fields.Nested(TopEntry))
    unanswered = fields.List(fields.Nested(CommonQuery))
    helpful_rate = fields.Float(allow_none=True, metadata={"description": "In percent of the answers rated."})
