"""What the queue's routes are sent, and their answers as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Body, Shape


class ClaimBody(Body):
    limit = fields.Raw(load_default=None)
    visibility_ms = fields.Raw(load_default=None, data_key="visibilityTimeout")


class ExtendBody(Body):
    claim_token = fields.Raw(load_default=None, data_key="claimToken")
    extension_ms = fields.Raw(load_default=None, data_key="extensionMs")


class ResultBody(Body):
    claim_token = fields.Raw(load_default=None, data_key="claimToken")
    outcome = fields.Raw(load_default=None, data_key="status")
    output = fields.Raw(load_default=None, allow_none=True)
    result = fields.Raw(load_default=None, allow_none=True)
    error = fields.Raw(load_default=None, allow_none=True)
    executed_at = fields.Raw(load_default=None, allow_none=True, data_key="executedAt")
    duration = fields.Raw(load_default=None, allow_none=True)


class WishBody(Body):
    type = fields.Raw(load_default=None, allow_none=True)
    command = fields.Raw(load_default=None, allow_none=True)
    parameters = fields.Raw(load_default=None, allow_none=True)
    priority = fields.Raw(load_default=None)
    idempotency_key = fields.Raw(load_default=None, allow_none=True, data_key="idempotencyKey")


class ClaimedView(Shape):
    id = fields.String()
    type = fields.String()
    parameters = fields.Raw()
    priority = fields.Integer()
    claimToken = fields.String()
    visibleUntil = fields.String()
    attempt = fields.Integer()


class ClaimView(Shape):
    commands = fields.List(fields.Nested(ClaimedView))


class ExtendedView(Shape):
    success = fields.Boolean()
    visibleUntil = fields.String()


class NextView(Shape):
    id = fields.String()


class FinishedView(Shape):
    success = fields.Boolean()
    nextCommand = fields.Nested(NextView)


class ResultView(Shape):
    success = fields.Boolean()
    status = fields.String()
    output = fields.String(allow_none=True)
    error = fields.String(allow_none=True)
    executedAt = fields.String(allow_none=True)
    duration = fields.Integer(allow_none=True)


class QueuedView(Shape):
    id = fields.String()
    type = fields.String()
    status = fields.String()


class HistoryView(QueuedView):
    result = fields.Nested(ResultView)


class CommandView(QueuedView):
    device_id = fields.String()
    client_id = fields.Integer()
    session_id = fields.String(allow_none=True)
    priority = fields.Integer()
    state = fields.String()
    attempts = fields.Integer()
    requested_by = fields.String()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.String(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    created_at = fields.String()
    finished_at = fields.String(allow_none=True)
    visible_until = fields.String(allow_none=True)
    result = fields.Nested(ResultView, allow_none=True)


class OneCommandView(Shape):
    success = fields.Boolean()
    command = fields.Nested(CommandView)


class CommandListView(Shape):
    success = fields.Boolean()
    commands = fields.List(fields.Nested(CommandView))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class RedrivenView(Shape):
    success = fields.Boolean()
    redriven = fields.Integer()
    refused = fields.Dict(keys=fields.String(), values=fields.String())


class TypesView(Shape):
    success = fields.Boolean()
    types = fields.List(fields.String())


class NeedsView(Shape):
    success = fields.Boolean()
    needs = fields.String()
