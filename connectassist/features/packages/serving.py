"""Downloads as HTTP: whole or a range, read in a real thread, never holding a database connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from urllib.parse import quote

from flask import Response, request

from connectassist.core import jobs


class Slice(Protocol):
    def __next__(self) -> bytes: ...
    def close(self) -> None: ...


class Source(Protocol):
    """Bytes of a known size that can be read from anywhere; the fingerprint changes when they do."""

    @property
    def size(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def open_range(self, start: int, end: int) -> Slice: ...


class Reading:
    """A slice, read chunk by chunk where it holds nobody up. Closed when the answer ends, however it ends."""

    def __init__(self, chunks: Slice) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = jobs.run_blocking(next, self._chunks, b"")
        if not chunk:
            raise StopIteration
        return chunk

    def close(self) -> None:
        self._chunks.close()


def answer(source: Source, *, name: str, media_type: str, may_resume: bool = True) -> Response:
    """The download of a source under a file name. `may_resume` is False when earlier bytes no longer fit."""
    span = _span(source) if may_resume else (0, source.size)
    if span is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{source.size}", "Accept-Ranges": "bytes"})
    start, end = span
    is_part = end - start != source.size
    body = () if request.method == "HEAD" else Reading(source.open_range(start, end))
    response = Response(body, 206 if is_part else 200, mimetype=media_type, direct_passthrough=True)
    response.headers.update({
        "Content-Length": str(end - start), "Accept-Ranges": "bytes", "ETag": f'"{source.fingerprint}"',
        "Content-Disposition": _disposition(name), "Cache-Control": "no-store"})
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{source.size}"
    return response


def _disposition(name: str) -> str:
    """Always quoted, as old clients need it; other than plain names are encoded."""
    is_plain = name.isascii() and name.isprintable() and not set(name) & set('"\\')
    return f'attachment; filename="{name}"' if is_plain else f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def starts_anew(response: Response) -> bool:
    """Is a whole download being sent, rather than looked at or gone on with?"""
    return request.method == "GET" and response.status_code == 200


def _span(source: Source) -> tuple[int, int] | None:
    """The bytes asked for: all without a range that we serve, None for a range outside. Several ranges at once,
    and a range for bytes that have changed since, get all."""
    asked, condition = request.range, request.if_range
    changed = condition is not None and (condition.date is not None or condition.etag not in (None, source.fingerprint))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or changed:
        return 0, source.size
    return asked.range_for_length(source.size)
