"""Notes and fields over sockets, as contract 000's dashboard and agents send them."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import ValidationFailed
from connectassist.features.annotations import service, subjects
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, DEVICE, IT, TECHNICIAN

ABOUT = {"deviceId": str}


@IT.on("add_device_note", speaks=TECHNICIAN, fields=ABOUT)
def add_note(data: dict[str, Any], connection: Connection) -> None:
    """Write a note about a device: `content`."""
    subject = subjects.device(connection.principal, data["deviceId"])
    service.add_note(subject, data.get("content"), by=connection.principal)


@IT.on("delete_device_note", speaks=TECHNICIAN, fields=ABOUT)
def delete_note(data: dict[str, Any], connection: Connection) -> None:
    """Take a note away: `noteId`."""
    subject, note_id = subjects.device(connection.principal, data["deviceId"]), data.get("noteId", data.get("id"))
    if not isinstance(note_id, int) or isinstance(note_id, bool):
        raise ValidationFailed("Say which note: noteId is a number")
    service.delete_note(subject, note_id, by=connection.principal)


@IT.on("set_custom_fields", speaks=TECHNICIAN, fields={**ABOUT, "fields": dict})
def set_fields(data: dict[str, Any], connection: Connection) -> None:
    """Set a device's fields: `fields` with names and values."""
    subject = subjects.device(connection.principal, data["deviceId"])
    service.set_fields(subject, data["fields"], by=connection.principal)


@IT.on("set_custom_field", speaks=TECHNICIAN, fields=ABOUT)
def set_field(data: dict[str, Any], connection: Connection) -> None:
    """Set one field of a device: `fieldName` and `fieldValue`, or `fields` with names and values."""
    subject = subjects.device(connection.principal, data["deviceId"])
    name = data.get("fieldName")
    fields = {name: data.get("fieldValue")} if isinstance(name, str) else data.get("fields")
    service.set_fields(subject, fields, by=connection.principal)


@IT.on("delete_custom_field", speaks=TECHNICIAN, fields=ABOUT)
def delete_field(data: dict[str, Any], connection: Connection) -> None:
    """Take a field away: `fieldName`."""
    subject = subjects.device(connection.principal, data["deviceId"])
    service.delete_field(subject, data.get("fieldName"), by=connection.principal)


@AGENT.on("report_custom_fields", speaks=DEVICE, fields={"fields": dict})
def report(data: dict[str, Any], connection: Connection) -> None:
    """A device tells of itself: `fields` with names and values. What staff wrote stays."""
    assert connection.device_id
    service.report(connection.device_id, data["fields"], by=connection.principal)
