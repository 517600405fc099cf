"""What comes in about tickets. What is too long is refused; unknown values are the service's to judge."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from connectassist.core.ids import LARGEST_ID
from connectassist.features.tickets import words
from connectassist.features.tickets.listing import SORTS
from connectassist.http.openapi import Body, Flag, YesOrNo

LARGEST_PAGE = 500
MOST_MINUTES = 525_600
_Id = validate.Range(1, LARGEST_ID)


def _text(limit: int, **options: Any) -> fields.String:
    return fields.String(**{"load_default": None, "allow_none": True, "validate": validate.Length(0, limit), **options})


class Assignee(fields.Integer):
    """A member of staff; contract 004's form sends an empty text for nobody."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise ValidationError("Not a valid integer.")
        return super().deserialize(None if value == "" else value, *args, **kwargs)


class Wanted(Body):
    """Which tickets: several states or priorities stand with commas between them."""

    status = fields.String()
    priority = fields.String()
    category = fields.String()
    search = fields.String(validate=validate.Length(0, 200))
    device_id = fields.String()
    session_id = fields.String()
    case_id = fields.String()
    client_id = fields.Integer(validate=validate.Range(0, LARGEST_ID))
    assigned_to = fields.Integer(validate=validate.Range(0, LARGEST_ID))
    unassigned = Flag()
    overdue = Flag()


class TicketFilter(Wanted):
    sort = fields.String(validate=validate.OneOf(list(SORTS)))
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


class _Link(fields.String):
    """The name of something else; an empty text for nothing."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize(None if value == "" else value, *args, **kwargs)


class Triage(Body):
    """What contract 000 changes of a ticket. `version` is the one that the caller has seen."""

    version = fields.Integer(validate=_Id)
    status = fields.String()
    priority = fields.String()
    assigned_to = Assignee(allow_none=True, validate=_Id)


class Edited(Triage):
    """What contract 004 changes of one, and what hangs on it. `waiting_for_customer` lets the clocks stand still."""

    resolution = fields.String(allow_none=True, validate=validate.Length(0, words.LONGEST_TEXT))
    device_id = _Link(allow_none=True, validate=validate.Length(0, 120))
    session_id = _Link(allow_none=True, validate=validate.Length(0, 16))
    case_id = _Link(allow_none=True, validate=validate.Length(0, 36))
    waiting_for_customer = YesOrNo()

    title = fields.String(validate=validate.Length(1, words.LONGEST_TITLE))
    description = fields.String(allow_none=True, validate=validate.Length(0, words.LONGEST_TEXT))
    category = fields.String(allow_none=True, validate=validate.Length(0, words.LONGEST_CATEGORY))


class NewComment(Body):
    content = fields.String(required=True, validate=validate.Length(1, words.LONGEST_TEXT))
    author = _text(words.LONGEST_NAME)
    is_internal = YesOrNo(load_default=False)
    waiting_for_customer = YesOrNo(load_default=False, data_key="waiting_for_customer", attribute="is_waiting")


class Minutes(Body):
    """How soon tickets of one priority are answered and solved."""

    response_minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_MINUTES))
    resolution_minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_MINUTES))


class Targets(Body):
    """By priority; what is left out, or null, is as it comes from above: the client's from everybody's, everybody's
    from the product's own."""

    critical = fields.Nested(Minutes, allow_none=True, load_default=None)
    high = fields.Nested(Minutes, allow_none=True, load_default=None)
    medium = fields.Nested(Minutes, allow_none=True, load_default=None)
    low = fields.Nested(Minutes, allow_none=True, load_default=None)


class WhoseTargets(Body):
    client_id = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_ID))


class Lines(Body):
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 500))
    before = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_ID))
