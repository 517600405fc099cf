"""What happened, as the API's document shows it."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class ActivityView(Shape):
    type = fields.String()
    title = fields.String()
    description = fields.String()
    timestamp = fields.DateTime()
