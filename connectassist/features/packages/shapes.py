"""The documented shapes of contract 001's packages."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class GeneratedView(Shape):
    success = fields.Boolean()
    sessionId = fields.String()
    downloadUrl = fields.String()
    shortDownloadUrl = fields.String()
    directLink = fields.String()
    shortLink = fields.String()
    expiresAt = fields.String()


class OfferView(Shape):
    type = fields.String()
    label = fields.String()
    available = fields.Boolean()
    size = fields.Integer(allow_none=True)
    downloadUrl = fields.String()


class SystemView(Shape):
    os = fields.String()
    label = fields.String()
    holds = fields.String()
    available = fields.Boolean()
    downloadUrl = fields.String()


class ManifestView(Shape):
    sessionId = fields.String()
    packages = fields.List(fields.Nested(OfferView))
    systems = fields.List(fields.Nested(SystemView))
