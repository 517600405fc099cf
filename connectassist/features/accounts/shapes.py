"""The bodies and answers of /api/auth as the API's document shows them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, pre_load, validate

from connectassist.core import foreign
from connectassist.features.accounts.views import role_meant, role_shown
from connectassist.http.openapi import Body, Shape, Username
from connectassist.identity.models import CUSTOMER, STAFF_ROLES

ROLES = [role_shown(role) for role in (CUSTOMER, *STAFF_ROLES)]


class Credentials(Body):
    username = fields.String(required=True, validate=validate.Length(1, 254))
    password = fields.String(required=True, validate=validate.Length(1, 256))


class Registration(Credentials):
    username = Username(required=True)
    email = fields.Email(required=True, validate=validate.Length(3, 254))
    full_name = fields.String(load_default="", validate=validate.Length(0, 120))

    @pre_load
    def clean(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Names on one line, without what can't be seen. Contract 004's page says `fullName`."""
        name = data.get("full_name") or data.get("fullName")
        return {**data, "full_name": foreign.line(name) if isinstance(name, str) else name or ""}


class Role(fields.Raw):
    """A role by either of its names. One that there isn't counts as customer."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return role_meant(value)


class Applicant(Registration):
    """Somebody who wants an account."""

    fullName = fields.Raw(metadata={"type": "string", "description": "The same as `full_name`."})
    role = Role(load_default=CUSTOMER, allow_none=True, metadata={"type": "string", "enum": ROLES, "default": CUSTOMER})

    @post_load
    def plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One name, one role."""
        return {name: value for name, value in data.items() if name != "fullName"} | {
            "role": data["role"] or CUSTOMER}


class AccountFilter(Body):
    skip = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


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


class TokenView(Shape):
    access_token = fields.String()
    token_type = fields.String()
    user = fields.Nested(AccountView)


class NewAccountView(AccountView, TokenView):
    """An account that was just made, and its token."""
