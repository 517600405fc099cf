"""Notes, fields and activity under /api/devices/<id> and /api/clients/<id>: contract 000's sub-resources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate

from connectassist.core.errors import DeviceNotFound, NotFound, ValidationFailed
from connectassist.features.annotations import queries, service, subjects
from connectassist.features.annotations.rows import activity_row, field_row, note_row
from connectassist.features.annotations.shapes import FieldView, NoteView
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import LARGEST

bp = Blueprint("annotations", __name__, url_prefix="/api",
               description="What staff write down about devices and clients.")


class Moment(fields.Field):
    """A moment, or a day as `2026-01-31`: as an end, that day is included."""

    def __init__(self, *, ends: bool = False, **options: Any) -> None:
        super().__init__(load_default=None, **options)
        self._ends = ends

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            return moment + timedelta(days=1) if self._ends and len(str(value)) <= 10 else moment
        except (ValueError, OverflowError) as problem:
            raise ValidationError("is a day or a moment, as 2026-01-31 or 2026-01-31T10:00:00Z.") from problem


class NewNote(Body):
    content = fields.Raw(load_default=None)


class NewFields(Body):
    fields_ = fields.Raw(data_key="fields", load_default=None)


class ActivityWanted(Body):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST))
    action = fields.String(load_default="", validate=validate.Length(0, 60))
    begin = Moment(data_key="from")
    end = Moment(data_key="to", ends=True)


@bp.get("/clients/<int:client_id>/notes", endpoint="client_notes")
@bp.get("/devices/<device_id>/notes", endpoint="device_notes")
@who_may(STAFF)
@bp.raises(DeviceNotFound, NotFound)
@bp.response(200)
@bp.shows(NoteView(many=True))
def notes(**about: Any) -> list:
    """The newest 200 notes about a device or a client, newest first."""
    return [note_row(each) for each in queries.notes(subjects.of(current_principal(), **about))]


@bp.post("/clients/<int:client_id>/notes", endpoint="add_client_note")
@bp.post("/devices/<device_id>/notes", endpoint="add_device_note")
@who_may(TECHNICIAN)
@bp.arguments(NewNote)
@bp.raises(DeviceNotFound, NotFound, ValidationFailed)
@bp.response(201)
def add_note(body: dict, **about: Any) -> dict:
    """Write a note about a device or a client."""
    by = current_principal()
    return note_row(service.add_note(subjects.of(by, **about), body["content"], by=by))


@bp.delete("/clients/<int:client_id>/notes/<int:note_id>", endpoint="delete_client_note")
@bp.delete("/devices/<device_id>/notes/<int:note_id>", endpoint="delete_device_note")
@who_may(TECHNICIAN)
@bp.raises(DeviceNotFound, NotFound)
@bp.response(200)
def delete_note(note_id: int, **about: Any) -> dict:
    """Delete a note about a device or a client."""
    by = current_principal()
    service.delete_note(subjects.of(by, **about), note_id, by=by)
    return {"success": True}


@bp.get("/clients/<int:client_id>/custom-fields", endpoint="client_fields")
@bp.get("/devices/<device_id>/custom-fields", endpoint="device_fields")
@who_may(STAFF)
@bp.raises(DeviceNotFound, NotFound)
@bp.response(200)
@bp.shows(FieldView(many=True))
def custom_fields(**about: Any) -> list:
    """The own fields of a device or a client, by name."""
    return [field_row(each) for each in queries.fields(subjects.of(current_principal(), **about))]


@bp.put("/clients/<int:client_id>/custom-fields", endpoint="set_client_fields")
@bp.put("/devices/<device_id>/custom-fields", endpoint="set_device_fields")
@who_may(TECHNICIAN)
@bp.arguments(NewFields)
@bp.raises(DeviceNotFound, NotFound, ValidationFailed)
@bp.response(200)
def set_fields(body: dict, **about: Any) -> dict:
    """Set fields of a device or a client and leave the others as they are."""
    by = current_principal()
    found = service.set_fields(subjects.of(by, **about), body["fields_"], by=by)
    return {"success": True, "fields": [field_row(each) for each in found]}


@bp.delete("/clients/<int:client_id>/custom-fields/<path:field_name>", endpoint="delete_client_field")
@bp.delete("/devices/<device_id>/custom-fields/<path:field_name>", endpoint="delete_device_field")
@who_may(TECHNICIAN)
@bp.raises(DeviceNotFound, NotFound)
@bp.response(200)
def delete_field(field_name: str, **about: Any) -> dict:
    """Delete a field of a device or a client."""
    by = current_principal()
    service.delete_field(subjects.of(by, **about), field_name, by=by)
    return {"success": True}


@bp.get("/devices/<device_id>/activity")
@who_may(STAFF)
@bp.arguments(ActivityWanted, location="query")
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
def device_activity(query: dict, device_id: str) -> dict:
    """What happened to a device, newest first; `from` and `to` are days or moments, `action` an action or its kind."""
    by = current_principal()
    found, total = queries.activity(by, subjects.of(by, device_id=device_id), **query)
    return {"activities": [activity_row(each) for each in found], "total": total,
            "page": query["page"], "limit": query["limit"]}
