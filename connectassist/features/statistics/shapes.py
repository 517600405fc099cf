"""The answer of /api/statistics as the API's document shows it."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class CountedSessionView(Shape):
    sessionId = fields.String()
    status = fields.String()
    createdAt = fields.DateTime()
    connectedAt = fields.DateTime(allow_none=True)
    endedAt = fields.DateTime(allow_none=True)
    durationMs = fields.Integer()
    customerName = fields.String(allow_none=True)
    machineName = fields.String(allow_none=True)
    os = fields.String(allow_none=True)
    hostname = fields.String(allow_none=True)
    ip = fields.String(allow_none=True)
    deviceId = fields.String(allow_none=True)
    technicianName = fields.String()


class SummaryView(Shape):
    totalSessions = fields.Integer()
    totalDurationMs = fields.Integer()
    uniqueCustomers = fields.Integer()
    connectedSessions = fields.Integer()


class DayView(Shape):
    day = fields.Date()
    sessions = fields.Integer()
    durationMs = fields.Integer()


class StatisticsView(Shape):
    sessions = fields.List(fields.Nested(CountedSessionView))
    summary = fields.Nested(SummaryView)
    days = fields.List(fields.Nested(DayView))
