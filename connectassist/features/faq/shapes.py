"""What the answers of /api/faq look like."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class FaqView(Shape):
    """One entry; the answer is a list of them."""

    id = fields.Integer()
    question = fields.String()
    answer = fields.String()
    category = fields.String()
    tags = fields.List(fields.String())
    is_active = fields.Boolean()
    created_at = fields.String()
