"""What comes in and goes out at the dashboard, as the API's document shows it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connectassist.features.metrics.measures import MEASURES
from connectassist.http.openapi import Body, Shape
from connectassist.http.paging import Page

LARGEST_LOG, LARGEST_EXPORT, LONGEST_SPAN = 1000, 5000, 8760


class Span(Body):
    hours = fields.Integer(load_default=24, validate=validate.Range(1, LONGEST_SPAN))


class LogExport(Body):
    level = fields.String(load_default="", validate=validate.Length(0, 10))
    source = fields.String(load_default="", validate=validate.Length(0, 40))
    search = fields.String(load_default="", validate=validate.Length(0, 200))


class LogFilter(LogExport, Page):
    limit = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST_LOG))


class AlertFilter(Page):
    status = fields.String(load_default="", validate=validate.OneOf(["", "open", "closed"]))


class ThresholdBody(Body):
    warning = fields.Float(required=True)
    critical = fields.Float(required=True)


class HealthView(Shape):
    status = fields.String()
    cpu_usage = fields.Float()
    memory_usage = fields.Float()
    disk_usage = fields.Float()
    uptime_hours = fields.Float()
    active_alerts = fields.Integer()
    open_tickets = fields.Integer()


class PointView(Shape):
    timestamp = fields.DateTime()
    value = fields.Float()


class RecentAlertView(Shape):
    id = fields.Integer()
    title = fields.String()
    severity = fields.String()
    status = fields.String()
    timestamp = fields.DateTime()
    description = fields.String()


class RecentTicketView(Shape):
    id = fields.Integer()
    title = fields.String()
    priority = fields.String()
    status = fields.String()
    created_at = fields.DateTime()


class MetricsView(Shape):
    system_health = fields.Nested(HealthView)
    cpu_history = fields.List(fields.Nested(PointView))
    memory_history = fields.List(fields.Nested(PointView))
    disk_history = fields.List(fields.Nested(PointView))
    recent_alerts = fields.List(fields.Nested(RecentAlertView))
    recent_tickets = fields.List(fields.Nested(RecentTicketView))


class LogView(Shape):
    id = fields.Integer()
    level = fields.String()
    message = fields.String()
    source = fields.String()
    hostname = fields.String()
    timestamp = fields.DateTime()
    metadata = fields.String()


class SystemAlertView(Shape):
    id = fields.Integer()
    metric = fields.String()
    title = fields.String()
    severity = fields.String()
    status = fields.String()
    value = fields.Float()
    threshold = fields.Float()
    unit = fields.String()
    opened_at = fields.DateTime()
    closed_at = fields.DateTime(allow_none=True)
    acknowledged_at = fields.DateTime(allow_none=True)
    acknowledged_by = fields.String(allow_none=True)


_of_each: dict[str, Any] = {metric: fields.Nested(ThresholdBody) for metric in MEASURES}
ThresholdsBody = Body.from_dict(_of_each, name="ThresholdsBody")
