"""A recording's bytes on the disk: what came, as it came, and the ordinary WebM that is made of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

from connectassist.core import disk, jobs
from connectassist.core.errors import BadRequest, RecordingFull, TooLarge, UnsupportedMediaType, ValidationFailed
from connectassist.http.context import settings

BLOCK = 256 * 1024
LARGEST_CHUNK = 16 * 1024 * 1024
BEGINS = b"\x1a\x45\xdf\xa3"


def raw(recording_id: str) -> Path:
    """What the browser sent."""
    return settings().recordings / f"{recording_id}.raw"


def video(recording_id: str) -> Path:
    """What is played."""
    return settings().recordings / f"{recording_id}.webm"


def put(recording_id: str, stream: IO[bytes], *, at: int, room: int) -> int:
    """Write one chunk behind the whole ones; what a broken one left there is overwritten. Returns its size.
    Raises TooLarge, RecordingFull, UnsupportedMediaType, ValidationFailed."""
    out = jobs.run_blocking(_opened, raw(recording_id))
    try:
        return _pour(stream, out, at=at, room=room)
    except OSError as problem:
        if disk.is_full(problem):
            raise RecordingFull("The server's disk is full") from problem
        raise BadRequest("The upload broke off") from problem
    finally:
        jobs.run_blocking(out.close)


def _opened(path: Path) -> IO[bytes]:
    path.touch(mode=0o600)
    return path.open("r+b", buffering=0)


def _pour(stream: IO[bytes], out: IO[bytes], *, at: int, room: int) -> int:
    count = 0
    while data := stream.read(BLOCK):
        if at + count == 0 and not data.startswith(BEGINS):
            raise UnsupportedMediaType("A recording must be WebM")
        if count + len(data) > LARGEST_CHUNK:
            raise TooLarge("A part of a recording may have at most 16 MB")
        if count + len(data) > room:
            raise RecordingFull()
        jobs.run_blocking(_write, out, data, at + count)
        count += len(data)
    if not count:
        raise ValidationFailed("A part of a recording can't be empty")
    return count


def _write(out: IO[bytes], data: bytes, at: int) -> None:
    out.seek(at)
    view = memoryview(data)
    while view:
        view = view[out.write(view):]


def drop(recording_id: str) -> None:
    """Remove everything of a recording."""
    for path in (raw(recording_id), video(recording_id), video(recording_id).with_suffix(".part")):
        with suppress(FileNotFoundError):
            path.unlink()
