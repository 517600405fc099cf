"""The answers about tickets as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class CommentView(Shape):
    id = fields.Integer()
    ticket_id = fields.Integer()
    author = fields.String()
    content = fields.String()
    created_at = fields.DateTime()


class TicketView(Shape):
    id = fields.Integer()
    device_id = fields.String(allow_none=True)
    hostname = fields.String(allow_none=True)
    client_id = fields.Integer()
    title = fields.String()
    description = fields.String(allow_none=True)
    status = fields.String()
    priority = fields.String()
    category = fields.String(allow_none=True)
    created_by = fields.Integer(allow_none=True)
    requested_by = fields.String(allow_none=True)
    assigned_to = fields.Integer(allow_none=True)
    ai_summary = fields.String(allow_none=True)
    auto_categorized = fields.Boolean()
    confidence_score = fields.Float(allow_none=True)
    created_at = fields.DateTime()
    updated_at = fields.DateTime(allow_none=True)
    resolved_at = fields.DateTime(allow_none=True)


class WholeTicketView(TicketView):
    comments = fields.List(fields.Nested(CommentView))
