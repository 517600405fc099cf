"""The answers about health as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class ResultView(Shape):
    """What a check found; `data` is a JSON string."""

    id = fields.Integer()
    device_id = fields.String()
    check_type = fields.String()
    status = fields.String()
    label = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    data = fields.String()
    health_score = fields.Integer(allow_none=True)
    created_at = fields.DateTime()


class RequestedView(Shape):
    success = fields.Boolean()
    deviceId = fields.String()
    checkType = fields.String()
    requestId = fields.String()


class ReasonView(Shape):
    check_type = fields.String()
    status = fields.String()
    label = fields.String()
    value = fields.String()
    points = fields.Integer()


class PointView(Shape):
    at = fields.DateTime()
    score = fields.Integer()
    lowest = fields.Integer()


class HealthView(Shape):
    success = fields.Boolean()
    device_id = fields.String()
    health_score = fields.Integer(allow_none=True)
    reasons = fields.List(fields.Nested(ReasonView))
    examined_at = fields.DateTime(allow_none=True)
    points = fields.List(fields.Nested(PointView))


class BreakdownView(Shape):
    healthy = fields.Integer()
    warning = fields.Integer()
    critical = fields.Integer()
    unscanned = fields.Integer()


class FleetDeviceView(Shape):
    device_id = fields.String()
    hostname = fields.String(allow_none=True)
    health_score = fields.Integer(allow_none=True)
    cpu_model = fields.String(allow_none=True)
    total_ram_gb = fields.Float(allow_none=True)
    total_disk_gb = fields.Float(allow_none=True)
    processor_count = fields.Integer(allow_none=True)
    status = fields.String()
    last_seen = fields.DateTime(allow_none=True)


class FleetView(Shape):
    avgScore = fields.Float(allow_none=True)
    breakdown = fields.Nested(BreakdownView)
    devices = fields.List(fields.Nested(FleetDeviceView))
    total = fields.Integer()
