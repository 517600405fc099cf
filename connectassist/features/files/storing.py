"""Bytes onto the disk, in real threads. A disk that fills up is told as what it is, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

from connectassist.core import jobs
from connectassist.core.disk import told_when_full
from connectassist.core.errors import DiskFull

PART = ".part"


class Stored:
    """One file in the making: under a temporary name until `keep`, and gone after `drop`."""

    def __init__(self, folder: Path, file_id: str) -> None:
        self._folder, self._id = folder, file_id
        self._out: IO[bytes] | None = None
        self.size = 0

    @property
    def is_open(self) -> bool:
        return self._out is not None

    def open(self) -> None:
        """Begin to write. Raises DiskFull."""
        with told_when_full():
            self._out = jobs.run_blocking(open, self._part, "xb")

    def write(self, data: bytes) -> None:
        """Add bytes. Raises DiskFull."""
        assert self._out is not None
        with told_when_full():
            jobs.run_blocking(self._out.write, data)
        self.size += len(data)

    def keep(self) -> None:
        """Put the whole file safely on the disk, under its final name. Raises DiskFull."""
        with told_when_full():
            jobs.run_blocking(self._finish)

    def drop(self) -> None:
        """Leave nothing behind."""
        jobs.run_blocking(self._remove)

    @property
    def _part(self) -> Path:
        return self._folder / f"{self._id}{PART}"

    def _finish(self) -> None:
        assert self._out is not None
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._part.rename(self._folder / self._id)

    def _remove(self) -> None:
        if self._out is not None:
            with suppress(OSError):  # closing writes what was held back, onto the disk that is full
                self._out.close()
        for path in (self._part, self._folder / self._id):
            path.unlink(missing_ok=True)


def require_space(folder: Path, *, size: int) -> None:
    """Refuse at once what can't fit on the disk. Raises DiskFull."""
    if size > jobs.run_blocking(shutil.disk_usage, folder).free:
        raise DiskFull()
