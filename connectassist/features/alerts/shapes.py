"""The answers of /api/alerts as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class AlertView(Shape):
    id = fields.Integer()
    device_id = fields.String()
    hostname = fields.String(allow_none=True)
    client_name = fields.String(allow_none=True)
    client_id = fields.Integer()
    check_type = fields.String()
    severity = fields.String()
    status = fields.String()
    message = fields.String()
    triggered_at = fields.DateTime()
    acknowledged_at = fields.DateTime(allow_none=True)
    acknowledged_by = fields.String(allow_none=True)
    resolved_at = fields.DateTime(allow_none=True)


class AlertCountsView(Shape):
    activeCount = fields.Integer()
    criticalCount = fields.Integer()
    warningCount = fields.Integer()
