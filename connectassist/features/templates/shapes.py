"""The documented shape of the template status."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class TemplateView(Shape):
    available = fields.Boolean()
    size = fields.Integer(allow_none=True)
    updatedAt = fields.String(allow_none=True)
    version = fields.String(allow_none=True)
    sha256 = fields.String(allow_none=True)


class TemplatesView(Shape):
    exe = fields.Nested(TemplateView)
    dmg = fields.Nested(TemplateView)


class PayloadView(TemplateView):
    platform = fields.String()
    label = fields.String()
    uploaded = fields.Boolean()


class RuntimeView(Shape):
    kind = fields.String()
    available = fields.Boolean()
    size = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)


class StatusView(Shape):
    templates = fields.Nested(TemplatesView)
    payloads = fields.List(fields.Nested(PayloadView))
    runtimes = fields.List(fields.Nested(RuntimeView))
    largestUpload = fields.Integer()


class UploadedView(Shape):
    success = fields.Boolean()
    type = fields.String()
