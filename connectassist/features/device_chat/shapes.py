"""What the answers about a device's chat look like."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class MessageView(Shape):
    """`metadata` is the proposed action as JSON text."""

    id = fields.Integer()
    device_id = fields.String()
    sender = fields.String()
    sender_name = fields.String(allow_none=True)
    content = fields.String()
    message_type = fields.String()
    metadata = fields.String(allow_none=True)
    created_at = fields.String()
    accepted_at = fields.String(allow_none=True)


class AcceptedView(Shape):
    success = fields.Boolean()
    requestId = fields.String()
    ticketId = fields.Integer()
