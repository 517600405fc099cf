"""A multipart body as it comes in, before anything of it is read."""

from __future__ import annotations

from typing import IO, TypedDict

from flask import request

from connectassist.core.errors import TooLarge, ValidationFailed
from connectassist.http.context import settings

FORM_OVERHEAD = 64 * 1024


class Multipart(TypedDict):
    """The body's stream, what stands between its parts, and about how many bytes of file it announces."""

    stream: IO[bytes]
    boundary: bytes
    expected: int


def multipart(*, largest_mb: int | None = None) -> Multipart:
    """The request's multipart body, as large as a session's file may be, or as told. Raises ValidationFailed,
    TooLarge."""
    most = largest_mb or settings().max_upload_mb
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise ValidationFailed("Missing file upload")
    request.max_content_length = most * 1024 * 1024 + FORM_OVERHEAD
    if (request.content_length or 0) > request.max_content_length:
        raise TooLarge(f"An upload may have at most {most} MB")
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        request.environ["wsgi.input_terminated"] = True  # eventlet reads to the end but doesn't say so
    return {"stream": request.stream, "boundary": boundary.encode(),
            "expected": max(0, (request.content_length or 0) - FORM_OVERHEAD)}
