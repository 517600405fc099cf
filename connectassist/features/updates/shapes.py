"""The documented shape of contract 001's update-info."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class UpdateView(Shape):
    updateAvailable = fields.Boolean()
    currentVersion = fields.String()
    latestVersion = fields.String()
    downloadUrl = fields.String(allow_none=True)
    releaseNotes = fields.String(allow_none=True)


class CheckView(Shape):
    updateAvailable = fields.Boolean()
    currentVersion = fields.String()
    latestVersion = fields.String()
    downloadUrl = fields.String()
    sha256 = fields.String()
    fileSize = fields.Integer()
    releaseNotes = fields.String(allow_none=True)
