"""The body and the answer of a heartbeat as the API's document shows them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connectassist.features.heartbeats.service import STATUSES
from connectassist.http.openapi import Body, Moment, Shape


class Beating(Body):
    timestamp = Moment(allow_none=True, load_default=None)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    metrics = fields.Dict(allow_none=True, load_default=None)  # a look at each of 90,000 names takes half a second
    diagnostics = fields.Raw(allow_none=True, load_default=None)


class BeatView(Shape):
    receivedAt = fields.DateTime()
    status = fields.String()
    metrics: Any = fields.Dict(allow_none=True)
    diagnostics = fields.Raw(allow_none=True)


class LastBeatView(Shape):
    success = fields.Boolean()
    heartbeat = fields.Nested(BeatView, allow_none=True)


class HeardView(Shape):
    success = fields.Boolean()
    nextHeartbeat = fields.Integer()
    pendingCommands = fields.Integer()
