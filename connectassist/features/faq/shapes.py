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
    client_id = fields.Integer(allow_none=True)
    is_shipped = fields.Boolean(metadata={
        "description": "It came with the product: it can be switched off, but not deleted."})
    version = fields.Integer()
    updated_at = fields.String(allow_none=True)


class ProposalView(Shape):
    """What a closed ticket or case proposes; `status` is open, accepted or dismissed."""

    id = fields.Integer()
    client_id = fields.Integer()
    source = fields.String()
    source_id = fields.String()
    question = fields.String()
    answer = fields.String()
    category = fields.String()
    tags = fields.List(fields.String())
    status = fields.String()
    entry_id = fields.Integer(allow_none=True)
    created_at = fields.String()
    decided_at = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
