"""The answers of /api/auth as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class AccountView(Shape):
    id = fields.Integer()
    username = fields.String()
    email = fields.String(allow_none=True)
    full_name = fields.String()
    displayName = fields.String()
    role = fields.String()
    is_active = fields.Boolean()
    created_at = fields.DateTime()


class MeView(AccountView):
    user = fields.Nested(AccountView)


class SignInView(Shape):
    success = fields.Boolean()
    token = fields.String()
    technician = fields.Nested(AccountView)
