"""The answers about remediations as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class ParameterView(Shape):
    name = fields.String()
    form = fields.String()
    needed = fields.Boolean()


class ActionView(Shape):
    id = fields.String()
    name = fields.String()
    sentence = fields.String()
    parameter = fields.Nested(ParameterView, allow_none=True)


class ActionListView(Shape):
    success = fields.Boolean()
    actions = fields.List(fields.Nested(ActionView))


class ChangeView(Shape):
    what = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class RemediationRow(Shape):
    request_id = fields.String()
    device_id = fields.String()
    action_id = fields.String()
    parameter = fields.String(allow_none=True)
    state = fields.String()
    asked_by = fields.String()
    message = fields.String()
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    changes = fields.List(fields.Nested(ChangeView))
    created_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)


class RemediationListView(Shape):
    success = fields.Boolean()
    remediations = fields.List(fields.Nested(RemediationRow))


class RemediationView(Shape):
    success = fields.Boolean()
    remediation = fields.Nested(RemediationRow)
