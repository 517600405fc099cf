"""Notes and fields as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class NoteView(Shape):
    """About a device or a client: one of the two ids is there."""

    id = fields.Integer()
    device_id = fields.String()
    client_id = fields.Integer()
    author = fields.String()
    content = fields.String()
    created_at = fields.DateTime()


class FieldView(Shape):
    """Of a device or a client: one of the two ids is there."""

    device_id = fields.String()
    client_id = fields.Integer()
    field_name = fields.String()
    field_value = fields.String()
    updated_at = fields.DateTime()
    updated_by = fields.String(allow_none=True)
