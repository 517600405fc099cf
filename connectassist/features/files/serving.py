"""Handing a file out: in chunks, read in real threads, whole or from where the last try broke off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Request, Response

from connectassist.core import jobs
from connectassist.core.errors import FileExpired, RangeNotSatisfiable
from connectassist.features.files.models import SessionFile

CHUNK = 256 * 1024


def wanted_range(request: Request, *, size: int, tag: str) -> tuple[int, int]:
    """The bytes a request asks for, as start and stop; the whole file when it names no range, several, or one
    of another version. Raises RangeNotSatisfiable."""
    asked = request.range
    names_another = request.if_range.etag not in (None, tag) or request.if_range.date is not None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or names_another:
        return 0, size
    found = asked.range_for_length(size)
    if found is None:
        raise RangeNotSatisfiable()
    return found[0] or 0, found[1] if found[1] is not None else size


def answer(file: SessionFile, *, folder: Path, span: tuple[int, int], when_done: Callable[[], None]) -> Response:
    """The answer with these bytes of the file; `when_done` is called once its last byte has gone out.
    Raises FileExpired when the bytes are gone."""
    path = folder / file.id
    if not jobs.run_blocking(path.is_file):
        raise FileExpired()
    start, stop = span
    is_part = (start, stop) != (0, file.size)
    response = Response(_chunks(path, start, stop, when_done if stop == file.size else None),
                        206 if is_part else 200, mimetype="application/octet-stream", direct_passthrough=True)
    response.content_length = stop - start
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = disposition(file.original_name)
    response.set_etag(file.id)
    return response


def disposition(name: str) -> str:
    """`attachment` with the name twice: in ASCII for old clients, in full for the others."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _chunks(path: Path, start: int, stop: int, when_done: Callable[[], None] | None) -> Iterator[bytes]:
    source = jobs.run_blocking(open, path, "rb")
    try:
        jobs.run_blocking(source.seek, start)
        left = stop - start
        while left > 0:
            data = jobs.run_blocking(source.read, min(CHUNK, left))
            if not data:
                return
            left -= len(data)
            yield data
        if when_done:
            when_done()
    finally:
        jobs.run_blocking(source.close)
