"""What the answers of /api/llm look like."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class ProviderView(Shape):
    provider = fields.String()
    model = fields.String()
    url = fields.String()


class ModelView(Shape):
    provider = fields.String()
    model = fields.String()


class TestView(ProviderView):
    success = fields.Boolean()
    response = fields.String()
    error = fields.String()
    durationMs = fields.Integer()
