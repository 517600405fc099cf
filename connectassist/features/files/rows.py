"""How a file is shown, in the list and on the socket."""

from __future__ import annotations

from typing import Any

from connectassist.features.files.models import SessionFile


def download_url(file: SessionFile) -> str:
    """Where the file is fetched from, below the server's address."""
    return f"/api/files/download/{file.id}"


def file_row(file: SessionFile) -> dict[str, Any]:
    """A file as contract 001's lists show it; `file_size` is text there."""
    return {"id": file.id, "session_id": file.session_id, "original_name": file.original_name, "stored_name": file.id,
            "file_size": str(file.size), "size": file.size, "mime_type": file.mime_type, "direction": file.direction,
            "status": file.status, "uploaded_at": file.uploaded_at, "downloaded_at": file.downloaded_at,
            "expires_at": file.expires_at, "created_at": file.uploaded_at, "path": file.folder,
            "downloadUrl": download_url(file)}


def available(file: SessionFile, *, request_id: str) -> dict[str, Any]:
    """The `file-available` event."""
    extra = {"requestId": request_id} if request_id else {}
    return {**file_row(file), "sessionId": file.session_id, "originalName": file.original_name, **extra}
