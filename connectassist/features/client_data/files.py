"""The files that are kept of a client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectassist.features.client_data import queries
from connectassist.http.context import settings


def of(client_id: int) -> Iterator[tuple[Path, str]]:
    """Where each may lie, and what it is called when it is handed out. Not all that have a row are there still."""
    kept = settings()
    for row_id in queries.file_ids("ticket_attachments", client_id):
        yield kept.attachments / row_id, f"attachments/{row_id}"
    for row_id in queries.file_ids("session_files", client_id):
        yield kept.uploads / row_id, f"sessions/{row_id}"
        yield kept.uploads / f"{row_id}.part", f"sessions/{row_id}.part"
    for row_id in queries.file_ids("recordings", client_id):
        for ending in ("webm", "raw"):
            yield kept.recordings / f"{row_id}.{ending}", f"recordings/{row_id}.{ending}"
