"""Bodies and answers of provisioning as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.ids import LARGEST_ID
from connectassist.http.openapi import Body, Shape
from connectassist.http.paging import Page

DEVICE_ID = validate.Regexp(
    r"^[A-Za-z0-9{][A-Za-z0-9._:@{}+=~-]{0,119}\Z",
    error="A device id is 1 to 120 letters, digits or any of ._:@{{}}+=~- and begins with a letter or a digit.")
#: An id as any contract may have given it.
KNOWN_ID = validate.Regexp(r"^[\x21-\x7e]{1,120}\Z", error="That is no device id.")
_Text = validate.Length(0, 500)


class Announcement(Body):
    device_id = fields.String(required=True, data_key="deviceId", validate=DEVICE_ID)
    name = fields.String(allow_none=True, load_default=None, validate=_Text)
    location = fields.String(allow_none=True, load_default=None, validate=_Text)


class StaffAnnouncement(Announcement):
    client_id = fields.Integer(required=True, strict=True, data_key="clientId", validate=validate.Range(1, LARGEST_ID))


class StaffProvisionPage(Page):
    client_id = fields.Integer(data_key="clientId", load_default=None, validate=validate.Range(1, 2**31 - 1))


class Metadata(Body):
    location = fields.String(allow_none=True, validate=_Text)
    model = fields.String(allow_none=True, validate=_Text)


class Registration(Body):
    device_id = fields.String(required=True, data_key="deviceId", validate=DEVICE_ID)
    code = fields.String(required=True, data_key="activationCode", validate=validate.Length(1, 200))
    name = fields.String(data_key="deviceName", allow_none=True, load_default=None, validate=_Text)
    metadata = fields.Nested(Metadata, allow_none=True, load_default=None)


class SignIn(Body):
    device_id = fields.String(required=True, data_key="deviceId", validate=KNOWN_ID)
    secret = fields.String(required=True, data_key="deviceSecret", validate=validate.Length(1, 500))


class AnnouncedDeviceView(Shape):
    id = fields.String()
    activationCode = fields.String()
    expiresAt = fields.DateTime()


class AnnouncedView(Shape):
    device = fields.Nested(AnnouncedDeviceView)
    instructions = fields.String()


class ProvisionView(Shape):
    id = fields.Integer()
    deviceId = fields.String()
    customerId = fields.String()
    name = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    createdAt = fields.DateTime()
    expiresAt = fields.DateTime()


class ProvisionListView(Shape):
    provisions = fields.List(fields.Nested(ProvisionView))
    total = fields.Integer()


class RegisteredOneView(Shape):
    id = fields.String()
    status = fields.String()
    customerId = fields.String()
    registeredAt = fields.DateTime()


class RegisteredView(Shape):
    success = fields.Boolean()
    device = fields.Nested(RegisteredOneView)
    deviceSecret = fields.String()


class TokenView(Shape):
    token = fields.String()
    expiresIn = fields.Integer()
    deviceId = fields.String()
