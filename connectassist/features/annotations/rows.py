"""How notes, fields and activity are shown, as contract 000's clients read them."""

from __future__ import annotations

import json
from typing import Any

from connectassist.core import clock
from connectassist.core.audit import AuditEntry
from connectassist.features.annotations.models import CustomField, Note


def note_row(note: Note) -> dict[str, Any]:
    """A note about a device or a client."""
    return {"id": note.id, **_subject(note), "author": note.author, "content": note.content,
            "created_at": clock.iso(note.created_at)}


def field_row(field: CustomField) -> dict[str, Any]:
    """A field of a device or a client."""
    return {**_subject(field), "field_name": field.field_name, "field_value": field.field_value,
            "updated_at": clock.iso(field.updated_at), "updated_by": field.updated_by}


def activity_row(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the audit log; `details` is a JSON string that holds the sentence and the facts."""
    details = {**entry.details, "message": entry.message}
    if entry.session_id:
        details["session_id"] = entry.session_id
    return {"id": entry.id, "actor": entry.actor_name, "action": entry.action,
            "details": json.dumps(details, ensure_ascii=False, default=str), "created_at": clock.iso(entry.at)}


def _subject(row: Note | CustomField) -> dict[str, Any]:
    return {"device_id": row.device_id} if row.device_id else {"client_id": row.client_id}
