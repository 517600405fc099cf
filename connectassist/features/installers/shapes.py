"""The answers about installers as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class KindView(Shape):
    key = fields.String()
    label = fields.String()
    build = fields.String()
    available = fields.Boolean()


class InstallersView(Shape):
    success = fields.Boolean()
    client = fields.Dict()
    platforms = fields.List(fields.Nested(KindView))
    installers = fields.List(fields.Dict())
    total = fields.Integer()


class LinkView(Shape):
    success = fields.Boolean()
    installer = fields.Dict()
    link = fields.String()
    qr = fields.String()
    fileName = fields.String()
    expiresAt = fields.DateTime()
