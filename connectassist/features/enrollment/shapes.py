"""The answers about enrollment as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class IssuedView(Shape):
    token = fields.String()
    expiresAt = fields.DateTime()
    client_id = fields.Integer()
    client_name = fields.String()


class TokenView(Shape):
    id = fields.Integer()
    hint = fields.String()
    purpose = fields.String()
    state = fields.String()
    client_id = fields.Integer()
    client_name = fields.String()
    platform = fields.String(allow_none=True)
    downloads = fields.Integer()
    made_by = fields.String(allow_none=True)
    created_at = fields.DateTime()
    expires_at = fields.DateTime()
    used_at = fields.DateTime(allow_none=True)
    used_by = fields.String(allow_none=True)
    hostname = fields.String(allow_none=True)
    revoked_at = fields.DateTime(allow_none=True)


class TokenListView(Shape):
    success = fields.Boolean()
    tokens = fields.List(fields.Nested(TokenView))
    total = fields.Integer()


class EnrolledView(Shape):
    success = fields.Boolean()
    deviceId = fields.String()
    deviceSecret = fields.String()
    clientId = fields.Integer()
    signingKey = fields.String()


class StandingView(Shape):
    enrolled = fields.Boolean()
    deviceId = fields.String()
