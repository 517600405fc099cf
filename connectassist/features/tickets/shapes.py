"""The answers about tickets as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class CommentView(Shape):
    id = fields.Integer()
    ticket_id = fields.Integer()
    author = fields.String()
    author_id = fields.Integer(allow_none=True)
    content = fields.String()
    is_internal = fields.Boolean()
    created_at = fields.DateTime()


class AttachmentView(Shape):
    id = fields.String()
    ticket_id = fields.Integer()
    name = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    is_internal = fields.Boolean()
    uploaded_by = fields.String()
    uploaded_by_id = fields.Integer(allow_none=True)
    created_at = fields.DateTime()
    url = fields.String()


class HistoryView(Shape):
    id = fields.Integer()
    at = fields.DateTime()
    kind = fields.String()
    who = fields.String()
    is_internal = fields.Boolean()
    changes = fields.Dict()
    names = fields.Dict()


class TicketView(Shape):
    id = fields.Integer()
    device_id = fields.String(allow_none=True)
    hostname = fields.String(allow_none=True)
    client_id = fields.Integer()
    client_name = fields.String(allow_none=True)
    title = fields.String()
    description = fields.String(allow_none=True)
    status = fields.String()
    priority = fields.String()
    category = fields.String(allow_none=True)
    created_by = fields.Integer(allow_none=True)
    created_by_name = fields.String(allow_none=True)
    requested_by = fields.String(allow_none=True)
    assigned_to = fields.Integer(allow_none=True)
    assigned_name = fields.String(allow_none=True)
    ai_summary = fields.String(allow_none=True)
    resolution = fields.String(allow_none=True)
    auto_categorized = fields.Boolean()
    confidence_score = fields.Float(allow_none=True)
    session_id = fields.String(allow_none=True)
    case_id = fields.String(allow_none=True)
    version = fields.Integer()
    created_at = fields.DateTime()
    updated_at = fields.DateTime(allow_none=True)
    resolved_at = fields.DateTime(allow_none=True)
    response_due_at = fields.DateTime(allow_none=True)
    responded_at = fields.DateTime(allow_none=True)
    resolution_due_at = fields.DateTime(allow_none=True)
    waiting_since = fields.DateTime(allow_none=True)
    waiting_for_customer = fields.Boolean()
    is_overdue = fields.Boolean()
    overdue_clock = fields.String(allow_none=True)
    is_at_risk = fields.Boolean()


class WholeTicketView(TicketView):
    guess_checked = fields.String(allow_none=True, metadata={
        "description": "What staff said of the guess, to staff: `corrected` or `confirmed`; null where nobody did."})
    comments = fields.List(fields.Nested(CommentView))
    attachments = fields.List(fields.Nested(AttachmentView))


class PageView(Shape):
    tickets = fields.List(fields.Nested(TicketView))
    total = fields.Integer()
    skip = fields.Integer()
    limit = fields.Integer()


class SummaryView(Shape):
    """By the document, and as contract 004's client asks for it."""

    status_counts = fields.Dict()
    priority_counts = fields.Dict()
    category_counts = fields.Dict()
    total_tickets = fields.Integer()
    avg_resolution_time_hours = fields.Float()
    open_tickets = fields.Integer()
    in_progress_tickets = fields.Integer()
    resolved_tickets = fields.Integer()
    closed_tickets = fields.Integer()
    avg_resolution_time = fields.Float()
    status_distribution = fields.Dict()
    priority_distribution = fields.Dict()
    category_distribution = fields.Dict()


class FiguresView(Shape):
    """Spans are hours, shares percent; null where there is nothing to measure."""

    days = fields.List(fields.Dict(), metadata={"description": "`day`, `created` and `resolved`, oldest first."})
    opened = fields.Integer()
    resolved = fields.Integer()
    response_hours = fields.Float(allow_none=True)
    resolution_hours = fields.Float(allow_none=True)
    response_kept = fields.Float(allow_none=True)
    resolution_kept = fields.Float(allow_none=True)
    distributions = fields.Dict()
    backlog = fields.List(fields.Dict(), metadata={"description": "`age` and `count` of those that wait now."})
    guessed = fields.Integer()
    corrected = fields.Integer()


class TargetsView(Shape):
    client_id = fields.Integer(allow_none=True)
    targets = fields.Dict()


class DoneView(Shape):
    success = fields.Boolean()


class DeletedView(DoneView):
    message = fields.String()


class CommentedView(DoneView):
    id = fields.Integer()
