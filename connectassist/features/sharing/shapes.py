"""The answers of /api/share as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class DoorsView(Shape):
    success = fields.Boolean()
    technician_name = fields.String()
    customer_name = fields.String()
    sessionId = fields.String(allow_none=True)


class EnteredView(Shape):
    success = fields.Boolean()
    sessionId = fields.String()


class SharingView(Shape):
    """The session as the customer's own browser sees it."""

    sessionId = fields.String()
    technicianId = fields.String()
    technicianName = fields.String()
    customerName = fields.String()
    expiresAt = fields.DateTime()
    helperWanted = fields.String()
    installer = fields.String()
    messages = fields.List(fields.Dict())


class ShareView(Shape):
    sharing = fields.Nested(SharingView, allow_none=True)
