"""Writing notes and fields down. Whoever watches the device sees the new list at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, foreign
from connectassist.core.db import db
from connectassist.core.errors import NotFound, ValidationFailed
from connectassist.features.annotations import queries
from connectassist.features.annotations.models import CustomField, Note
from connectassist.features.annotations.rows import field_row, note_row
from connectassist.features.annotations.subjects import Subject
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal
from connectassist.realtime.namespaces import IT

NOTES = IT.events.sends("device_notes", to="those who watch the device", fields="deviceId notes",
                        doc="The notes about a device, newest first: to whoever begins to watch, and at each change.")
FIELDS = IT.events.sends("device_custom_fields", to="those who watch the device", fields="deviceId fields",
                         doc="A device's own fields, by name: to whoever begins to watch, and at each change.")
LONGEST_NOTE, LONGEST_NAME, LONGEST_VALUE = 10_000, 80, 1_000
THE_DEVICE = "device"


def add_note(subject: Subject, content: Any, *, by: Principal) -> Note:
    """Write a note. Raises ValidationFailed."""
    note = Note(**subject.columns, author=foreign.text(by.name, 120), content=_told(content))
    db.session.add(note)
    _record(by, "note.add", subject, "wrote a note")
    db.session.commit()
    _show_notes(subject)
    return note


def delete_note(subject: Subject, note_id: int, *, by: Principal) -> None:
    """Take a note away. Raises NotFound."""
    note = queries.note(subject, note_id)
    if note is None:
        raise NotFound("There is no such note")
    db.session.delete(note)
    _record(by, "note.delete", subject, f"deleted a note of {note.author}")
    db.session.commit()
    _show_notes(subject)


def set_fields(subject: Subject, given: Any, *, by: Principal) -> list[CustomField]:
    """Set these fields and leave the others. Raises ValidationFailed."""
    if not isinstance(given, dict) or not given:
        raise ValidationFailed("Give `fields` as an object of names and values")
    wanted = dict(_pair(name, value) for name, value in given.items())
    _write(subject, wanted, by=by, author=foreign.text(by.name, 120))
    return queries.fields(subject)


def delete_field(subject: Subject, name: Any, *, by: Principal) -> None:
    """Take a field away. Raises NotFound."""
    field = queries.field(subject, name) if isinstance(name, str) else None
    if field is None:
        raise NotFound("There is no such field")
    db.session.delete(field)
    _record(by, "custom_field.delete", subject, f"deleted the field {field.field_name}")
    db.session.commit()
    _show_fields(subject)


def report(device_id: str, given: dict[str, Any], *, by: Principal) -> None:
    """A device tells of itself. What staff wrote stays as they wrote it; what makes no field is passed over."""
    device = devices.by_id(device_id)
    if device is None:
        return
    subject = Subject(tenant=device.client_id, device_id=device_id)
    theirs = {each.field_name for each in queries.fields(subject) if each.updated_by != THE_DEVICE}
    wanted = {name: value for name, value in _readable(given) if name not in theirs}
    if wanted:
        _write(subject, wanted, by=by, author=THE_DEVICE)


def _write(subject: Subject, wanted: dict[str, str], *, by: Principal, author: str) -> None:
    """Both of two people who set a new field at once succeed: the second finds it there."""
    try:
        changed = _put(subject, wanted, by=by, author=author)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        changed = _put(subject, wanted, by=by, author=author)
        db.session.commit()
    if changed:
        _show_fields(subject)


def _put(subject: Subject, wanted: dict[str, str], *, by: Principal, author: str) -> bool:
    known = {each.field_name: each for each in queries.fields(subject)}
    if len(known.keys() | wanted.keys()) > queries.MOST_FIELDS:
        raise ValidationFailed(f"There is room for {queries.MOST_FIELDS} fields")
    changed = {name: value for name, value in wanted.items()
               if name not in known or known[name].field_value != value}
    for name, value in changed.items():
        field = known.get(name) or CustomField(**subject.columns, field_name=name)
        field.field_value, field.updated_by = value, author
        db.session.add(field)
    if changed and author != THE_DEVICE:
        _record(by, "custom_field.set", subject, "set the fields " + ", ".join(sorted(changed)))
    return bool(changed)


def _readable(given: dict[str, Any]) -> list[tuple[str, str]]:
    """What a device gave, so far as it can be kept."""
    found = []
    for name, value in list(given.items())[:queries.MOST_FIELDS // 2]:
        clean = foreign.text(name, LONGEST_NAME).strip()
        if clean and isinstance(value, str | int | float):
            found.append((clean, foreign.text(str(value), LONGEST_VALUE)))
    return found


def _pair(name: Any, value: Any) -> tuple[str, str]:
    clean = foreign.text(name, LONGEST_NAME + 1).strip()
    if not clean or len(clean) > LONGEST_NAME:
        raise ValidationFailed(f"A field's name has 1 to {LONGEST_NAME} characters")
    if value is not None and not isinstance(value, str | int | float):
        raise ValidationFailed("A field's value is text or a number")
    text = "" if value is None else foreign.text(str(value), LONGEST_VALUE + 1).strip()
    if len(text) > LONGEST_VALUE:
        raise ValidationFailed(f"A field's value has at most {LONGEST_VALUE} characters")
    return clean, text


def _told(content: Any) -> str:
    if not isinstance(content, str):
        raise ValidationFailed("A note needs text")
    said = foreign.lines(content, LONGEST_NOTE + 1).strip()
    if not said:
        raise ValidationFailed("The note is empty")
    if len(content) > LONGEST_NOTE:
        raise ValidationFailed(f"A note has at most {LONGEST_NOTE} characters")
    return said


def _record(by: Principal, action: str, subject: Subject, what: str) -> None:
    audit.record(by, action, f"{by.name} {what}", client_id=subject.tenant, device_id=subject.device_id)


def _show_notes(subject: Subject) -> None:
    if subject.device_id:
        rows = [note_row(each) for each in queries.notes(subject)]
        IT.to_rooms(f"watch-{subject.device_id}", NOTES, {"deviceId": subject.device_id, "notes": rows})


def _show_fields(subject: Subject) -> None:
    if subject.device_id:
        rows = [field_row(each) for each in queries.fields(subject)]
        IT.to_rooms(f"watch-{subject.device_id}", FIELDS, {"deviceId": subject.device_id, "fields": rows})
