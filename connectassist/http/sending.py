"""Downloads: whole or a range, read in a real thread, never holding a database connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import quote

from flask import Response, request, stream_with_context

from connectassist.core import jobs
from connectassist.core.errors import RangeNotSatisfiable
from connectassist.http import handover
from connectassist.http.handover import Part

CHUNK = 256 * 1024
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"


class Slice(Protocol):
    def __next__(self) -> bytes: ...
    def close(self) -> None: ...


class Source(Protocol):
    """Bytes of a known size that can be read from anywhere: a part of a file and a tail. The fingerprint changes when
    they do."""

    @property
    def size(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def prefix(self) -> Part: ...
    @property
    def tail(self) -> bytes: ...
    def open_range(self, start: int, end: int) -> Slice: ...


@dataclass(frozen=True)
class StoredFile:
    """A file on the disk, as it lay there when it was asked for."""

    path: Path
    size: int
    fingerprint: str
    tail: bytes = b""

    @property
    def prefix(self) -> Part:
        return Part(self.path, self.size)

    def open_range(self, start: int, end: int) -> FileSlice:
        return FileSlice(self.path.open("rb", buffering=0), start=start, end=end)


class FileSlice:
    """A run of a file's bytes, read as it is taken."""

    def __init__(self, file: BinaryIO, *, start: int, end: int) -> None:
        self._file, self._left = file, end - start
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self._file.read(min(CHUNK, self._left)) if self._left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()


class Reading:
    """A slice, read chunk by chunk where it holds nobody up. When the answer ends, however it ends, the slice is
    closed and `when_over` learns how many bytes have gone out. Of an answer that broke off, those may have arrived
    that were being written; all of it has only when more was asked for."""

    def __init__(self, chunks: Slice, length: int, when_over: Callable[[int], None]) -> None:
        self._chunks, self._length, self._when_over = chunks, length, when_over
        self._taken = 0
        self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = jobs.run_blocking(next, self._chunks, b"")
        if not chunk:
            self._end(self._taken)
            raise StopIteration
        self._taken += len(chunk)
        return chunk

    def close(self) -> None:
        self._end(max(0, min(self._taken, self._length - 1)))

    def _end(self, sent: int) -> None:
        if not self._is_over:
            self._is_over = True
            self._chunks.close()
            self._when_over(sent)


def answer(source: Source, *, name: str, media_type: str = "application/octet-stream", may_resume: bool = True,
           when_over: Callable[[int, int], None] | None = None, by_proxy: bool = False) -> Response:
    """The download of a source under a file name, which no browser shows as a page of ours. `may_resume` is False
    when earlier bytes no longer fit; `when_over(start, stop)` says at the end which bytes have gone out. With
    `by_proxy`, nginx sends the bytes where the settings say so; then nobody learns when they have gone out.
    Raises RangeNotSatisfiable."""
    start, end = _span(source) if may_resume else (0, source.size)
    is_part = end - start != source.size
    by_proxy = by_proxy and when_over is None and (may_resume or "Range" not in request.headers)
    handed_over = handover.address_of(source) if by_proxy else None

    def over(sent: int) -> None:
        if when_over is not None:
            when_over(start, start + sent)

    sends = request.method != "HEAD" and handed_over is None
    body = Reading(jobs.run_blocking(source.open_range, start, end), end - start, over) if sends else ()
    response = Response(body, 206 if is_part else 200, mimetype=media_type, direct_passthrough=True)
    response.headers.update({
        "Content-Length": str(end - start), "ETag": f'"{source.fingerprint}"',
        "Content-Disposition": _disposition(name), "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": NOTHING_RUNS})
    if handed_over is not None:
        response.headers["X-Accel-Redirect"] = handed_over
        response.headers["Content-Length"] = "0"
        return response
    response.headers["Accept-Ranges"] = "bytes"
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{source.size}"
    return response


def flow(pieces: Iterable[bytes], *, name: str, media_type: str) -> Response:
    """A download whose size nobody knows before its end, as it is made. What `pieces` do, they do in this request's
    context."""
    response = Response(stream_with_context(iter(pieces)), mimetype=media_type, direct_passthrough=True)
    response.headers.update({
        "Content-Disposition": _disposition(name), "Cache-Control": "no-store", "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": NOTHING_RUNS})
    return response


def starts_anew(response: Response) -> bool:
    """Is a whole download being sent, rather than looked at or gone on with?"""
    return request.method == "GET" and response.status_code == 200


def _disposition(name: str) -> str:
    """`attachment`, the name always quoted; other than plain names also in full, for clients that read it."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    full = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{full}'


def _span(source: Source) -> tuple[int, int]:
    """The bytes asked for: all without a range that we serve. Several ranges at once, and a range for bytes that
    have changed since, get all. Raises RangeNotSatisfiable for a range outside."""
    asked, condition = request.range, request.if_range
    changed = condition is not None and (condition.date is not None or condition.etag not in (None, source.fingerprint))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or changed:
        return 0, source.size
    span = asked.range_for_length(source.size)
    if span is None:
        raise RangeNotSatisfiable(size=source.size)
    return span
