"""How files and the technician's question look on the bridge. Its words for the ways are the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.files.service import TO_TECHNICIAN, TO_USER

if TYPE_CHECKING:
    from connectassist.features.files.models import SessionFile

WAYS = {"to-customer": TO_USER, "from-customer": TO_TECHNICIAN}
_WORDS = {way: word for word, way in WAYS.items()}


def bridge_file(file: SessionFile) -> dict[str, Any]:
    """A file as contract 001's XP page lists it; the time is Unix ms."""
    return {"id": file.id, "name": file.original_name, "size": file.size, "direction": _WORDS[file.direction],
            "uploadedAt": clock.milliseconds(file.uploaded_at), "status": file.status, "mime_type": file.mime_type,
            "downloadUrl": f"/api/bridge/{file.session_id}/files/{file.id}/download"}
