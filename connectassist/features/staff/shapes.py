"""The bodies and answers of /api/admin as the API's document shows them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from connectassist.core import foreign
from connectassist.core.ids import LARGEST_ID
from connectassist.http.openapi import Body, Shape
from connectassist.identity.models import STAFF_ROLES, TECHNICIAN

MOST_CLIENTS = 1000
Line = validate.Length(0, 60)


class Credentials(Body):
    """Both are asked for in one sentence, so neither is required here."""

    username = fields.String(load_default="", validate=validate.Length(0, 254))
    password = fields.String(load_default="", validate=validate.Length(0, 256))


class Person(Body):
    """What of an account a person sets for themselves."""

    display_name = fields.String(allow_none=True, validate=validate.Length(0, 120))
    email = fields.Email(allow_none=True, validate=validate.Length(0, 254))

    @pre_load
    def clean(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Names on one line, without what can't be seen; an empty address is none."""
        name = data.get("display_name")
        tidy = {"display_name": foreign.line(name)} if isinstance(name, str) else {}
        return {**data, **tidy, **({"email": None} if data.get("email") == "" else {})}


class NewStaff(Person):
    username = fields.String(load_default="")
    password = fields.String(load_default="", validate=validate.Length(0, 256))
    role = fields.String(load_default=TECHNICIAN, validate=validate.OneOf(STAFF_ROLES))
    client_ids = fields.List(fields.Integer(validate=validate.Range(1, LARGEST_ID)),
                             validate=validate.Length(0, MOST_CLIENTS))


class StaffChanges(Person):
    password = fields.String(validate=validate.Length(1, 256))
    role = fields.String(validate=validate.OneOf(STAFF_ROLES))
    is_active = fields.Boolean()
    client_ids = fields.List(fields.Integer(validate=validate.Range(1, LARGEST_ID)),
                             validate=validate.Length(0, MOST_CLIENTS))


class NewPassword(Body):
    current = fields.String(required=True, data_key="currentPassword", validate=validate.Length(0, 256))
    new = fields.String(required=True, data_key="newPassword", validate=validate.Length(1, 256))


class DashboardPreferences(Body):
    theme = fields.String(validate=Line, allow_none=True)
    defaultPage = fields.String(validate=Line, allow_none=True)
    itemsPerPage = fields.Integer(validate=validate.Range(1, 500), allow_none=True)
    dateFormat = fields.String(validate=Line, allow_none=True)
    timezone = fields.String(validate=Line, allow_none=True)


class UserView(Shape):
    id = fields.Integer()
    username = fields.String()
    display_name = fields.String()
    role = fields.String()


class ShortClientView(Shape):
    id = fields.Integer()
    name = fields.String()
    slug = fields.String()


class AdminSignInView(Shape):
    token = fields.String()
    user = fields.Nested(UserView)
    clients = fields.List(fields.Nested(ShortClientView))


class StaffView(UserView):
    email = fields.String(allow_none=True)
    is_active = fields.Boolean()
    linked = fields.Boolean()
    clients = fields.List(fields.Nested(ShortClientView))
    created_at = fields.DateTime()
    last_login = fields.DateTime(allow_none=True)


class StatsView(Shape):
    totalDevices = fields.Integer()
    onlineDevices = fields.Integer()
    openTickets = fields.Integer()
    totalTickets = fields.Integer()
    averageHealth = fields.Integer(allow_none=True)
    criticalDevices = fields.Integer()
