"""Taking a large form in: its file goes straight to the disk, in constant memory and in real threads."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from connectassist.core import clock, ids, jobs
from connectassist.core.disk import told_when_full
from connectassist.core.errors import BadRequest, TooLarge, ValidationFailed

_PIECE = 1024 * 1024
_OLD_SECONDS = 24 * 3600
MEGABYTE = 1024 * 1024


def _clear_old(folder: Path) -> None:
    """Remove what uploads left behind that were cut by a power failure."""
    for path in folder.iterdir():
        if path.lstat().st_mtime < clock.now().timestamp() - _OLD_SECONDS:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


class Draft:
    """A file in the making; the form's parser writes to it in small pieces, the disk sees large ones."""

    def __init__(self, folder: Path, *, largest: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear_old(folder)
        self.path = folder / f"{ids.handle()}.part"
        self.size = 0
        self._largest, self._waiting = largest, bytearray()
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> int:
        self.size += len(data)
        if self.size > self._largest:
            raise TooLarge(f"An upload may have at most {self._largest // MEGABYTE} MB")
        self._waiting += data
        if len(self._waiting) >= _PIECE:
            self._flush()
        return len(data)

    def seek(self, *_: int) -> None:
        """The parser rewinds what it has written; then all of it is here."""
        self._flush()
        if self._file is not None:
            jobs.run_blocking(self._file.close)

    def keep(self, path: Path) -> None:
        """Put the whole file safely where it shall lie. Raises DiskFull. For a real thread."""
        with told_when_full():
            if self._file is None:
                self._file = self.path.open("xb")
            with self.path.open("rb") as written:
                os.fsync(written.fileno())
            self.path.rename(path)

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        self.path.unlink(missing_ok=True)

    def _flush(self) -> None:
        with told_when_full():
            self._file = self._file or jobs.run_blocking(open, self.path, "xb")
            if self._waiting:
                jobs.run_blocking(self._file.write, bytes(self._waiting))
        self._waiting.clear()


class Form:
    """A form's fields, and its file as it lies in the draft. A context manager: afterwards the draft is gone,
    unless it was put elsewhere."""

    def __init__(self, stream: IO[bytes], *, boundary: bytes, folder: Path, largest: int) -> None:
        self.draft = Draft(folder, largest=largest)
        self.fields: dict[str, str] = {}
        self.name = self.media_type = ""
        self._stream, self._boundary = stream, boundary

    def __enter__(self) -> Form:
        try:
            self._read()
        except BaseException:
            jobs.run_blocking(self.draft.drop)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        jobs.run_blocking(self.draft.drop)

    def _read(self) -> None:
        """Raises ValidationFailed, BadRequest, TooLarge, DiskFull."""
        parser = MultiPartParser(self._sink, max_form_memory_size=MEGABYTE, max_form_parts=20)
        try:
            fields, files = parser.parse(self._stream, self._boundary, None)
        except RequestEntityTooLarge as problem:
            raise ValidationFailed("A field of the form is too long") from problem
        except ValueError as problem:
            raise BadRequest("The upload broke off or isn't a valid form") from problem
        self.fields = {name: fields[name] for name in fields}
        if "file" not in files:
            raise ValidationFailed("Missing file upload")
        self.name, self.media_type = files["file"].filename or "", files["file"].content_type or ""

    def _sink(self, *_: Any, **__: Any) -> Any:
        if self.draft.size or self.draft._file:
            raise ValidationFailed("Send one file at a time")
        return self.draft
