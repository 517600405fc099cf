"""The bodies and answers of /api/admin/customers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from connectassist.core import foreign
from connectassist.core.ids import LARGEST_ID
from connectassist.http.openapi import Body, Shape, Username
from connectassist.http.paging import Page


class CustomerFilter(Page):
    search = fields.String(load_default="", validate=validate.Length(0, 120))
    client_id = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_ID))
    without_client = fields.Boolean(load_default=False)


class CustomerChanges(Body):
    full_name = fields.String(data_key="display_name", validate=validate.Length(0, 120))
    email = fields.Email(allow_none=True, validate=validate.Length(0, 254))
    password = fields.String(validate=validate.Length(1, 256))
    is_active = fields.Boolean()
    client_id = fields.Integer(allow_none=True, validate=validate.Range(1, LARGEST_ID))

    @pre_load
    def clean(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Names on one line, without what can't be seen; an empty address is none."""
        name = data.get("display_name")
        tidy = {"display_name": foreign.line(name)} if isinstance(name, str) else {}
        return {**data, **tidy, **({"email": None} if data.get("email") == "" else {})}


class NewCustomer(CustomerChanges):
    username = Username(required=True)
    full_name = fields.String(data_key="display_name", load_default="", validate=validate.Length(0, 120))
    password = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 256))
    is_active = fields.Boolean(dump_only=True)
    client_id = fields.Integer(required=True, validate=validate.Range(1, LARGEST_ID))


class NewLink(Body):
    """`issuer` may be left out where the settings say who issues the tokens."""

    subject = fields.String(required=True, validate=validate.Length(1, 255))
    issuer = fields.String(load_default="", validate=validate.Length(0, 255))


class LinkView(Shape):
    issuer = fields.String()
    subject = fields.String()


class CustomerView(Shape):
    id = fields.Integer()
    username = fields.String()
    display_name = fields.String()
    email = fields.String(allow_none=True)
    is_active = fields.Boolean()
    client_id = fields.Integer(allow_none=True)
    client_name = fields.String(allow_none=True)
    links = fields.List(fields.Nested(LinkView))


class CustomerAnswer(Shape):
    success = fields.Boolean()
    customer = fields.Nested(CustomerView)


class CustomerListAnswer(Shape):
    success = fields.Boolean()
    customers = fields.List(fields.Nested(CustomerView))
    total = fields.Integer()
