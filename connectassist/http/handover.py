"""Large downloads handed over to nginx (`X-Accel-Redirect`), so that their bytes never pass through Python.

nginx can send one file. A stamped package is a shared head and a tail of its own, so the first download puts both
together in a folder that nginx reads: in the kernel, as a reflink where the file system knows how. The copy is named by
the fingerprint of its bytes, lies there for as long as it is asked for, and an hour longer.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from connectassist.core import clock, jobs
from connectassist.core.settings import Settings
from connectassist.http.context import settings

if TYPE_CHECKING:
    from connectassist.http.sending import Source

#: The address of the folder for nginx alone; nobody else can ask for it.
INTERNAL = "/handed-over"
_KEPT_SECONDS, _STUCK_SECONDS = 3600, 600
#: No copy is made that would leave less of the disk free.
_LEFT_FREE = 0.1
_AT_ONCE = 256 * 1024 * 1024


class Part(NamedTuple):
    """A run of a file's bytes."""

    path: Path
    length: int
    offset: int = 0


def address_of(source: Source) -> str | None:
    """Where nginx finds a source's bytes. None where they had better be sent from here: the setting is off, the disk
    is nearly full, or another request is just putting them together."""
    if not settings().accel_redirect:
        return None
    place = folder(settings()) / hashlib.sha256(f"{source.fingerprint} {source.size}".encode()).hexdigest()[:40]
    return f"{INTERNAL}/{place.name}" if jobs.run_blocking(_is_laid_out, source, place) else None


def folder(found: Settings) -> Path:
    """Where the copies lie."""
    return found.web_folder / "packages"


def sweep() -> None:
    """Let go of what nobody has asked for lately. nginx sends on what it has opened."""
    jobs.run_blocking(_clear, folder(settings()))


def _clear(place: Path) -> None:
    now = clock.now().timestamp()
    for path in place.glob("*"):
        with suppress(FileNotFoundError):
            patience = _STUCK_SECONDS if path.suffix else _KEPT_SECONDS
            if path.stat().st_mtime < now - patience:
                path.unlink()


def _is_laid_out(source: Source, place: Path) -> bool:
    try:
        os.utime(place)
        return True
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    disk = shutil.disk_usage(place.parent)
    if disk.free - source.size < disk.total * _LEFT_FREE:
        return False
    draft = place.with_suffix(".part")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640), "wb", buffering=0) as made:
            return _put_together(source, made, draft=draft, place=place)
    except FileExistsError:
        return False


def _put_together(source: Source, made: BinaryIO, *, draft: Path, place: Path) -> bool:
    try:
        os.fchmod(made.fileno(), 0o640)  # whatever the server's own files are kept from
        with source.prefix.path.open("rb", buffering=0) as file:
            _copy(file, made, at=source.prefix.offset, length=source.prefix.length)
        made.write(source.tail)
        source.open_range(0, 0).close()  # it fails when the file was replaced meanwhile
        if made.tell() == source.size:
            draft.rename(place)
        return place.exists()
    except OSError:  # the disk is full after all, or the file went away: whoever sends it from here finds out
        return False
    finally:
        draft.unlink(missing_ok=True)


def _copy(file: BinaryIO, made: BinaryIO, *, at: int, length: int) -> None:
    """Copy a run of bytes to the end of another file, in the kernel. Ends early where the file does."""
    end = at + length
    try:
        while at < end and (count := os.copy_file_range(file.fileno(), made.fileno(), min(end - at, _AT_ONCE), at)):
            at += count
    except OSError:  # they are on two kinds of file systems
        while at < end and (count := os.sendfile(made.fileno(), file.fileno(), at, min(end - at, _AT_ONCE))):
            at += count
