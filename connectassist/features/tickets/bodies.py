"""What comes in about tickets. What is too long is refused; unknown values are the service's to judge."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from connectassist.core.ids import LARGEST_ID
from connectassist.features.tickets import words
from connectassist.http.openapi import Body

LARGEST_PAGE = 500
_Id = validate.Range(1, LARGEST_ID)


def _text(limit: int, **options: Any) -> fields.String:
    return fields.String(**{"load_default": None, "allow_none": True, "validate": validate.Length(0, limit), **options})


class Assignee(fields.Integer):
    """A member of staff; contract 004's form sends an empty text for nobody."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise ValidationError("Not a valid integer.")
        return super().deserialize(None if value == "" else value, *args, **kwargs)


class TicketFilter(Body):
    status = fields.String()
    priority = fields.String()
    search = fields.String(validate=validate.Length(0, 200))
    device_id = fields.String()
    assigned_to = fields.Integer(validate=validate.Range(0, LARGEST_ID))
    skip = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    limit = fields.Integer(validate=validate.Range(1, LARGEST_PAGE))


class NewTicket(Body):
    """`title` always; `device_id` from a device, `description` from people unless they name a device."""

    title = _text(words.LONGEST_TITLE)
    description = _text(words.LONGEST_TEXT)
    device_id = _text(120)
    priority = fields.Raw(load_default=None, metadata={"type": "string", "enum": list(words.PRIORITIES)})
    category = _text(words.LONGEST_CATEGORY)
    client_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_Id)


class ManualTicket(Body):
    device_id = fields.String(required=True, validate=validate.Length(1, 120))
    title = fields.String(required=True, validate=validate.Length(1, words.LONGEST_TITLE))
    description = _text(words.LONGEST_TEXT)
    priority = fields.Raw(load_default=None, metadata={"type": "string", "enum": list(words.PRIORITIES)})
    category = _text(words.LONGEST_CATEGORY)
    requested_by = _text(words.LONGEST_NAME)


class Triage(Body):
    """What contract 000 changes of a ticket."""

    status = fields.String()
    priority = fields.String()
    assigned_to = Assignee(allow_none=True, validate=_Id)


class Edited(Triage):
    """What contract 004 changes of one."""

    title = fields.String(validate=validate.Length(1, words.LONGEST_TITLE))
    description = fields.String(allow_none=True, validate=validate.Length(0, words.LONGEST_TEXT))
    category = fields.String(allow_none=True, validate=validate.Length(0, words.LONGEST_CATEGORY))


class NewComment(Body):
    content = fields.String(required=True, validate=validate.Length(1, words.LONGEST_TEXT))
    author = _text(words.LONGEST_NAME)
