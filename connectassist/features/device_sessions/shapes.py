"""Bodies and answers of diagnostic and remediation sessions."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connectassist.features.device_sessions.models import TYPES
from connectassist.features.device_sessions.queries import STATES
from connectassist.http.openapi import Body, Shape, Unread, YesOrNo

CommandId = validate.Length(1, 64)
Reason = validate.Length(0, 500)
Description = validate.Length(0, 2000)


class Opening(Body):
    """`deviceId` stands in the path where staff open one."""

    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    description = fields.String(load_default="", allow_none=True, validate=Description)


class CustomerOpening(Opening):
    device_id = fields.String(required=True, data_key="deviceId", validate=validate.Length(1, 120))


class Decision(Body):
    """Without `commandId` it is about whatever waits for a decision in the session."""

    command_id = fields.String(data_key="commandId", load_default=None, allow_none=True, validate=CommandId)
    approved = YesOrNo(required=True)
    reason = fields.String(load_default="", allow_none=True, validate=Reason)


class CommandDecision(Decision):
    command_id = fields.String(data_key="commandId", required=True, validate=CommandId)


class Rejection(Body):
    command_id = fields.String(data_key="commandId", load_default=None, allow_none=True, validate=CommandId)
    reason = fields.String(load_default="", allow_none=True, validate=Reason)


class Order(Body):
    """A command for the session's device; contract 003's agent and portal call its type `command`."""

    type = Unread(type="string", minLength=1, maxLength=80, example="check.all")
    command = Unread(type="string")
    parameters = Unread(description="Any JSON of at most 256 KB and 32 levels, passed on to the letter.", example={})
    priority = Unread(type="integer", minimum=1, maximum=10, default=5, description="1 goes first.")
    idempotency_key = Unread(data_key="idempotencyKey", type="string", maxLength=120)


class SessionPage(Body):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    status = fields.String(load_default="all", validate=validate.OneOf(("all", *STATES)))
    search = fields.String(load_default="", validate=validate.Length(0, 120))
    device_id = fields.String(load_default="", data_key="deviceId", validate=validate.Length(0, 120))


class SessionView(Shape):
    id = fields.String()
    deviceId = fields.String()
    type = fields.String()
    status = fields.String()
    description = fields.String()
    openedBy = fields.String()
    createdAt = fields.DateTime()
    expiresAt = fields.DateTime()
    endedAt = fields.DateTime(allow_none=True)


class SessionAnswer(Shape):
    session = fields.Nested(SessionView)


class HistoryLine(Shape):
    id = fields.String()
    type = fields.String()
    status = fields.String()
    result = fields.Raw()


class NamedSessionView(SessionView):
    deviceName = fields.String(allow_none=True)


class WholeSession(NamedSessionView):
    commands = fields.List(fields.Nested(HistoryLine))


class WholeSessionAnswer(Shape):
    session = fields.Nested(WholeSession)


class QueuedAnswer(Shape):
    success = fields.Boolean()
    command = fields.Nested(HistoryLine)


class DecidedCommand(Shape):
    id = fields.String()
    status = fields.String()


class DecisionAnswer(Shape):
    success = fields.Boolean()
    command = fields.Nested(DecidedCommand)


class SessionListAnswer(Shape):
    sessions = fields.List(fields.Nested(NamedSessionView))
    devices: Any = fields.Dict()
    users: Any = fields.Dict()
    totalCount = fields.Integer()
    currentPage = fields.Integer()
    totalPages = fields.Integer()


class TranscriptLine(Shape):
    timestamp = fields.DateTime()
    type = fields.String()
    message = fields.String()


class TranscriptAnswer(Shape):
    transcript = fields.List(fields.Nested(TranscriptLine))
