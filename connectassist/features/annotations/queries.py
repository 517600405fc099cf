"""Reads of notes, fields and what happened to a device."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from connectassist.core import foreign
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.core.ids import LARGEST_ID
from connectassist.features.annotations.models import CustomField, Note
from connectassist.features.annotations.subjects import Subject
from connectassist.identity.principal import Principal

MOST_NOTES, MOST_FIELDS = 200, 100


def notes_of_device(device_id: str) -> list[Note]:
    """The newest notes about a device, newest first."""
    return _notes(device_id=device_id)


def fields_of_device(device_id: str) -> list[CustomField]:
    """A device's own fields, by name."""
    return _fields(device_id=device_id)


def notes(subject: Subject) -> list[Note]:
    """The newest notes about a subject, newest first."""
    return _notes(**subject.columns)


def fields(subject: Subject) -> list[CustomField]:
    """A subject's own fields, by name."""
    return _fields(**subject.columns)


def note(subject: Subject, note_id: int) -> Note | None:
    """One note about a subject."""
    found = db.session.get(Note, note_id) if 0 < note_id <= LARGEST_ID else None
    return found if found is not None and subject.owns(found) else None


def field(subject: Subject, name: str) -> CustomField | None:
    """One field of a subject."""
    return db.session.scalar(select(CustomField).filter_by(field_name=foreign.text(name, 80), **subject.columns))


def activity(by: Principal, subject: Subject, *, action: str = "", begin: datetime | None = None,
             end: datetime | None = None, page: int = 1, limit: int = 50) -> tuple[list[AuditEntry], int]:
    """A page of what the audit log holds about a device, newest first, and how many entries there are. Of a device
    that was moved, only what belongs to the caller's clients. `action` is a whole action or its category."""
    wanted = _narrowed(_about(by, subject), action, begin, end)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset((page - 1) * limit))), total


def _about(by: Principal, subject: Subject) -> Select[tuple[AuditEntry]]:
    wanted = select(AuditEntry).where(AuditEntry.device_id == subject.device_id)
    if by.client_ids is None:
        return wanted
    return wanted.where(or_(AuditEntry.client_id.in_(by.client_ids), AuditEntry.client_id.is_(None)))


def _narrowed(wanted: Select[tuple[AuditEntry]], action: str, begin: datetime | None,
              end: datetime | None) -> Select[tuple[AuditEntry]]:
    if action:
        named = foreign.text(action, 60)
        wanted = wanted.where(or_(AuditEntry.action == named, AuditEntry.category == named))
    if begin:
        wanted = wanted.where(AuditEntry.at >= begin)
    return wanted.where(AuditEntry.at < end) if end else wanted


def _notes(**subject: Any) -> list[Note]:
    return list(db.session.scalars(select(Note).filter_by(**subject).order_by(Note.id.desc()).limit(MOST_NOTES)))


def _fields(**subject: Any) -> list[CustomField]:
    return list(db.session.scalars(
        select(CustomField).filter_by(**subject).order_by(CustomField.field_name).limit(MOST_FIELDS)))
