"""What clients send about cases, with the names that contract 001's clients use."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from connectassist.core import foreign
from connectassist.http.openapi import Body

LONG = validate.Length(0, 20_000)
MOST_MINUTES = 100_000
MINUTES = validate.Range(0, MOST_MINUTES)


class Written(Body):
    """What a technician writes. Hours count as minutes, `description` as `problemDescription`."""

    title = fields.String(validate=validate.Length(0, 200))
    problem_description = fields.String(data_key="problemDescription", validate=LONG)
    work_done = fields.String(data_key="workDone", validate=LONG)
    recommendations = fields.String(validate=LONG)
    phone_support_minutes = fields.Integer(data_key="phoneSupportMinutes", validate=MINUTES)
    whatsapp_support_minutes = fields.Integer(data_key="whatsappSupportMinutes", validate=MINUTES)
    includes_chat = fields.Boolean(data_key="includeChat")
    status = fields.String(validate=validate.OneOf(("open", "closed")))

    @pre_load
    def _settle(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        given = {name: value for name, value in data.items() if value is not None}
        if "description" in given:
            given.setdefault("problemDescription", given["description"])
        for kind in ("phone", "whatsapp"):
            hours, minutes = given.get(f"{kind}SupportHours"), f"{kind}SupportMinutes"
            if minutes not in given and hours not in (None, ""):
                given[minutes] = _in_minutes(hours, f"{kind}SupportHours")
            elif given.get(minutes) == "":
                del given[minutes]
        return given

    @post_load
    def _clean(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: foreign.lines(value).strip() if isinstance(value, str) else value for name, value in data.items()}


class NewCase(Written):
    session_id = fields.String(required=True, data_key="sessionId", validate=validate.Length(1, 16))
    problem_description = fields.String(required=True, data_key="problemDescription", validate=[
        LONG, validate.Regexp(r"[\s\S]*\S", error="Say what the problem was.")])


class SessionNotes(Body):
    """How 001's session page writes a case."""

    notes = fields.String(load_default=None, allow_none=True, validate=LONG)
    phone = fields.Integer(load_default=None, data_key="phoneMinutes", allow_none=True, validate=MINUTES)
    whatsapp = fields.Integer(load_default=None, data_key="whatsappMinutes", allow_none=True, validate=MINUTES)
    viewed = fields.Integer(load_default=None, data_key="remoteViewingSeconds", allow_none=True,
                            validate=validate.Range(0, 60 * MOST_MINUTES))

    @post_load
    def _name(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        names = {"notes": "problem_description", "phone": "phone_support_minutes",
                 "whatsapp": "whatsapp_support_minutes", "viewed": "remote_viewing_seconds"}
        return {names[name]: foreign.lines(value).strip() if isinstance(value, str) else value
                for name, value in data.items() if value is not None}


class CaseFilter(Body):
    q = fields.String(load_default="", validate=validate.Length(0, 200))
    status = fields.String(load_default="", validate=validate.Length(0, 20))
    device_id = fields.String(load_default="", data_key="deviceId", validate=validate.Length(0, 120))
    limit = fields.Integer(load_default=200, validate=validate.Range(1))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))

    @post_load
    def _bound(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "limit": min(data["limit"], 500)}


class DraftOf(Body):
    session_id = fields.String(required=True, data_key="sessionId", validate=validate.Length(1, 16))


class Paper(Body):
    page_size = fields.String(load_default="A4", data_key="page", validate=validate.OneOf(("A4", "Letter")))
    timezone = fields.String(load_default="UTC", validate=validate.Length(0, 64))


def _in_minutes(hours: Any, name: str) -> int:
    try:
        return round(float(hours) * 60)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValidationError("Not a valid number.", name) from error

