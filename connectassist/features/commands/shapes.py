"""What the queue's routes are sent, and their answers as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Body, Shape, Unread


class ClaimBody(Body):
    limit = Unread(type="integer", minimum=1, maximum=10, default=1)
    visibility_ms = Unread(data_key="visibilityTimeout", type="integer", minimum=1000, maximum=43_200_000,
                           default=300_000, description="Milliseconds for which the commands are the device's.")


class ExtendBody(Body):
    claim_token = Unread(data_key="claimToken", type="string")
    extension_ms = Unread(data_key="extensionMs", type="integer", minimum=1000, maximum=300_000,
                          description="Milliseconds from now.")


class ResultBody(Body):
    claim_token = Unread(data_key="claimToken", type="string")
    outcome = Unread(data_key="status", type="string", enum=["success", "failure", "timeout", "cancelled"])
    output = Unread(description="A text of at most 1 MB; anything else is kept as JSON.")
    result = Unread(description="The same as `output`, as script runners call it.")
    error = Unread(type="string", description="At most 64 KB.")
    executed_at = Unread(data_key="executedAt", type="string", format="date-time", description="By the device's clock.")
    duration = Unread(type="integer", minimum=0, description="Milliseconds.")


class WishBody(Body):
    type = Unread(type="string", minLength=1, maxLength=80, example="check.all")
    command = Unread(type="string", description="The same as `type`, as contract 003's agent calls it.")
    parameters = Unread(description="Any JSON of at most 256 KB and 32 levels, passed on to the letter.", example={})
    priority = Unread(type="integer", minimum=1, maximum=10, default=5, description="1 goes first.")
    idempotency_key = Unread(data_key="idempotencyKey", type="string", maxLength=120,
                             description="A wish said twice under one key is one command; also as `Idempotency-Key`.")


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
    devices = fields.Dict(keys=fields.String())


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
