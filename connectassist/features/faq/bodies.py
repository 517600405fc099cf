"""What comes in about entries of the knowledge base, and what is asked of lists."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from connectassist.core.ids import LARGEST_ID
from connectassist.features.faq import service
from connectassist.http.openapi import Body, Flag, YesOrNo

_Id = validate.Range(1, LARGEST_ID)


class Tags(fields.Field[list[str]]):
    """A list of words, or one text with commas between them; null is none."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> list[str]:
        return super().deserialize([] if value is None else value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        told = value.split(",") if isinstance(value, str) else value
        if not isinstance(told, list) or len(told) > 50 or not all(isinstance(tag, str) for tag in told):
            raise ValidationError("Not a list of at most 50 words.")
        return told


def _words(most: int, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, most), **options)


class Entry(Body):
    """A change: what is left out stays."""

    question = _words(service.LONGEST_QUESTION)
    answer = _words(service.LONGEST_ANSWER)
    category = _words(service.LONGEST_CATEGORY)
    tags = Tags(allow_none=True, metadata={"type": "array", "items": {"type": "string"}})


class NewEntry(Entry):
    """A new one. Without `client_id` an administrator's is everybody's, a technician's their client's."""

    question = _words(service.LONGEST_QUESTION, required=True)
    answer = _words(service.LONGEST_ANSWER, required=True)
    client_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_Id)


class EditedEntry(Entry):
    """`version` is the one that was seen; whoever leaves it out overwrites. `client_id` null makes it everybody's."""

    is_active = YesOrNo()
    version = fields.Integer(strict=True, validate=_Id)
    client_id = fields.Integer(allow_none=True, strict=True, validate=_Id)


class Accepted(Entry):
    for_everybody = YesOrNo(load_default=False)


class FaqFilter(Body):
    search = fields.String(load_default="", validate=validate.Length(0, 200))
    category = fields.String(load_default="", validate=validate.Length(0, service.LONGEST_CATEGORY))


class StaffFilter(FaqFilter):
    withdrawn = Flag(load_default=False, metadata={"description": "Those out of use instead; for staff."})


class ProposalFilter(Body):
    status = fields.String(load_default=service.OPEN, validate=validate.OneOf(
        (service.OPEN, service.ACCEPTED, service.DISMISSED)))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))
