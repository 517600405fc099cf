"""What lies under /downloads/ besides packages: the operator's own files, found by name in a listing.

A requested name is never made part of a path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 256 * 1024
_PACKAGE = re.compile(r"ConnectAssist-([\x21-\x7e]{1,120})\.zip")


def device_id_in(name: str) -> str | None:
    """The device id in a package's file name; None for other names."""
    found = _PACKAGE.fullmatch(name)
    return found[1] if found else None


@dataclass(frozen=True)
class OfferedFile:
    """A file as it lay in the folder when it was asked for."""

    path: Path
    size: int
    fingerprint: str

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


def offered(folder: Path, name: str) -> OfferedFile | None:
    """The operator's file of that exact name; hidden files and links aren't offered."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == name and not name.startswith(".") and entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                return OfferedFile(Path(entry.path), state.st_size,
                                   f"{state.st_ino:x}-{state.st_size:x}-{state.st_mtime_ns:x}")
    return None
