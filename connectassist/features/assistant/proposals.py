"""What a model said, taken strictly: a text, and at most one proposal out of closed lists.

Nothing here is ever carried out. A proposal becomes a request when a person clicks it, and is looked at again then.
"""

from __future__ import annotations

import re
from typing import Any

import orjson
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from connectassist.core import foreign
from connectassist.core.errors import ValidationFailed
from connectassist.features.assistant.talk import Action
from connectassist.features.diagnostics import service as diagnostics
from connectassist.features.remediations import service as remediations

DIAGNOSE, REMEDIATE, TICKET = "diagnose", "remediate", "ticket"
CHECKS = tuple(sorted({*diagnostics.KNOWN, diagnostics.ALL}))
REMEDIES = remediations.actions.ACTIONS
PRIORITIES = ("low", "medium", "high", "critical")
LONGEST_TEXT, LONGEST_TITLE, LONGEST_DESCRIPTION = 4000, 200, 2000
_FENCE = re.compile(r"\A```(?:json)?\s*(.*?)\s*```\Z", re.DOTALL)


class Unreadable(ValueError):
    """What a model said is neither an answer nor plain words."""


class _Strict(Schema):
    class Meta:
        unknown = RAISE

    type = fields.String(required=True)


class _Diagnose(_Strict):
    checkType = fields.String(required=True, validate=validate.OneOf(CHECKS))


class _Remediate(_Strict):
    actionId = fields.String(required=True, validate=validate.OneOf(tuple(REMEDIES)))
    parameter = fields.String(load_default=None, allow_none=True)


class _Ticket(_Strict):
    title = fields.String(required=True, validate=validate.Length(1, LONGEST_TITLE))
    priority = fields.String(load_default="medium", validate=validate.OneOf(PRIORITIES))
    description = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, LONGEST_DESCRIPTION))


_SCHEMAS: dict[str, Schema] = {DIAGNOSE: _Diagnose(), REMEDIATE: _Remediate(), TICKET: _Ticket()}


def checked(raw: Any, *, has_device: bool = True) -> Action | None:
    """A proposal that is one, with nothing in it but what its kind takes; None for anything else."""
    kind = raw.get("type") if isinstance(raw, dict) else None
    schema = _SCHEMAS.get(kind) if isinstance(kind, str) else None
    if schema is None or not (has_device or kind == TICKET):
        return None
    try:
        action = schema.load(raw)
    except ValidationError:
        return None
    return _complete(action)


def _complete(action: Action) -> Action | None:
    if action["type"] == REMEDIATE and not _parameter_fits(action["actionId"], action["parameter"]):
        return None
    if action["type"] == TICKET:
        action["title"] = one_line(action["title"])
        action["description"] = clean(action["description"] or "", LONGEST_DESCRIPTION) or None
        return action if action["title"] else None
    return action


def _parameter_fits(action_id: str, parameter: str | None) -> bool:
    try:
        return remediations.actions.of(action_id).checked(parameter) == parameter
    except ValidationFailed:
        return False


def described(action: Action | None) -> str:
    """A proposal in a few words, for the audit log."""
    told = action or {}
    return f"{told.get('type')} {told.get('checkType') or told.get('actionId') or told.get('title') or ''}".strip()


def understood(said: str, *, has_device: bool = True) -> tuple[str, Action | None]:
    """What a model said as a text and a proposal. It should be one JSON object {text, action}; plain words are taken
    as a text without a proposal. Raises Unreadable for half of an object, or none at all."""
    whole = said.strip()
    fenced = _FENCE.fullmatch(whole)
    whole = fenced[1] if fenced else whole
    if not whole.startswith("{"):
        if '"action"' in whole or '"text"' in whole:
            raise Unreadable("an answer wrapped in something else")
        return _worded(whole), None
    try:
        found = orjson.loads(whole)
    except orjson.JSONDecodeError as error:
        raise Unreadable("half an answer") from error
    if not isinstance(found.get("text"), str):
        raise Unreadable("an answer without a text")
    action = checked(found.get("action"), has_device=has_device) if set(found) <= {"text", "action"} else None
    return _worded(found["text"]), action


def _worded(text: str) -> str:
    words = clean(text, LONGEST_TEXT)
    if not words:
        raise Unreadable("nothing was said")
    return words


def clean(text: str, limit: int) -> str:
    """Text without what could drive a terminal or turn a line around, at most so long."""
    kept = foreign.lines(text).strip()
    return kept if len(kept) <= limit else kept[:limit - 1].rstrip() + "…"


def one_line(text: str, limit: int = LONGEST_TITLE) -> str:
    """The same in one line."""
    return clean(" ".join(text.split()), limit)
