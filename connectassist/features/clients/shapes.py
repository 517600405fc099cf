"""The bodies and answers of /api/clients as the API's document shows them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate

from connectassist.core import foreign
from connectassist.core.ids import LARGEST_ID
from connectassist.features.clients import names, queries
from connectassist.http.openapi import Body, Shape

LONGEST_NOTES = 10_000


class ClientFields(Body):
    """What a client's name and the rest may be. Empty texts count as none."""

    contact_name = fields.String(allow_none=True, validate=validate.Length(0, 120))
    contact_email = fields.Email(allow_none=True, validate=validate.Length(0, 254))
    notes = fields.String(allow_none=True, validate=validate.Length(0, LONGEST_NOTES))

    @pre_load
    def clean(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Take out what can't be seen, before anything is measured."""
        tidy = {name: _tidy(name, value) if isinstance(value, str) else value for name, value in dict(data).items()}
        return {name: None if value == "" and name != "name" else value for name, value in tidy.items()}


def _tidy(name: str, text: str) -> str:
    return foreign.lines(text).strip() if name == "notes" else foreign.line(text)


class NewClient(ClientFields):
    name = fields.String(required=True, validate=validate.Length(1, names.LONGEST))


class ClientChanges(ClientFields):
    name = fields.String(validate=validate.Length(1, names.LONGEST))


class Assignment(Body):
    user_id = fields.Integer(required=True, validate=validate.Range(1, LARGEST_ID))

    @pre_load
    def no_flags(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """True is no number here, though Python takes it for one."""
        if isinstance(data.get("user_id"), bool):
            raise ValidationError("Not a valid integer.", "user_id")
        return data


class ClientFilter(Body):
    search = fields.String(load_default="", validate=validate.Length(0, 120))
    limit = fields.Integer(load_default=queries.MOST, validate=validate.Range(1, queries.MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class ClientView(Shape):
    id = fields.Integer()
    name = fields.String()
    slug = fields.String()
    contact_name = fields.String(allow_none=True)
    contact_email = fields.String(allow_none=True)
    notes = fields.String(allow_none=True)
    created_at = fields.DateTime()
    updated_at = fields.DateTime(allow_none=True)
    device_count = fields.Integer()
    staff_count = fields.Integer()


class AssignedView(Shape):
    id = fields.Integer()
    username = fields.String()
    display_name = fields.String()
    role = fields.String()
    is_active = fields.Boolean()
    assigned_at = fields.DateTime(allow_none=True)


class DoneView(Shape):
    success = fields.Boolean()
