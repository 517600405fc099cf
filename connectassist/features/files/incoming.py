"""Taking a multipart upload in, straight to the disk: constant memory, and the disk is only touched in real threads."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from connectassist.core import ids, jobs
from connectassist.core.errors import BadRequest, QuotaExceeded, ValidationFailed
from connectassist.features.files.quota import Allowance

CHUNK = 256 * 1024
MOST_PARTS, LONGEST_FIELD = 20, 8 * 1024
PART = ".part"
Permit = Callable[..., Allowance]


@dataclass
class Received:
    """One upload: the form's fields, and the file as it lies in the folder until it is kept or dropped."""

    folder: Path
    id: str = field(default_factory=ids.handle)
    fields: dict[str, str] = field(default_factory=dict)
    allowance: Allowance | None = None
    name: str | None = None
    content_type: str | None = None
    size: int = 0

    @property
    def lies_at(self) -> Path:
        return self.folder / f"{self.id}{PART}"

    def keep(self) -> None:
        """Give the whole file its final name."""
        jobs.run_blocking(self.lies_at.rename, self.folder / self.id)

    def drop(self) -> None:
        """Leave nothing behind."""
        for path in (self.lies_at, self.folder / self.id):
            with suppress(FileNotFoundError):
                jobs.run_blocking(path.unlink)
        self.done()

    def done(self) -> None:
        if self.allowance:
            self.allowance.done()


class Receiver:
    """Feeds a form's bytes through the decoder and the first `file` part to the disk.

    `permit(fields, is_whole=…)` says whether the upload may be. It is asked before the first byte is written, and
    again at the end: some clients of contract 001 send the file before the fields that say what it is for.
    """

    def __init__(self, *, folder: Path, permit: Permit) -> None:
        self.received = Received(folder)
        self._permit = permit
        self._out: IO[bytes] | None = None
        self._field: str | None = None
        self._text = b""
        self._writes = False

    def take_in(self, stream: IO[bytes], *, boundary: bytes) -> Received:
        """Read the whole form. Raises ValidationFailed, BadRequest, QuotaExceeded and what `permit` raises;
        then nothing of it is left on the disk."""
        decoder = MultipartDecoder(boundary, max_form_memory_size=4 * CHUNK, max_parts=MOST_PARTS)
        try:
            while not self._digest(decoder):
                decoder.receive_data(stream.read(CHUNK) or None)
            if self._out is None:
                raise ValidationFailed("Missing file upload")
            jobs.run_blocking(self._out.close)
            self._allow(is_whole=True)
            return self.received
        except BaseException as problem:
            self._abandon()
            if isinstance(problem, ValueError):
                raise BadRequest("The upload broke off or isn't a valid form") from problem
            if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise QuotaExceeded("The server's disk is full") from problem
            raise

    def _digest(self, decoder: MultipartDecoder) -> bool:
        """Take every event that is complete. True at the end of the form."""
        while not isinstance(event := decoder.next_event(), NeedData):
            if isinstance(event, Epilogue):
                return True
            self._take(event)
        return False

    def _take(self, event: Any) -> None:
        if isinstance(event, Field):
            self._field, self._text = event.name, b""
        elif isinstance(event, File):
            self._field = None
            self._begin(event)
        elif isinstance(event, Data) and self._field is not None:
            self._text += event.data
            if len(self._text) > LONGEST_FIELD:
                raise ValidationFailed("A field of the form is too long")
            self.received.fields[self._field] = self._text.decode(errors="replace")
        elif isinstance(event, Data) and self._out is not None and self._writes:
            self._write(event.data)

    def _begin(self, event: File) -> None:
        self._writes = self._out is None and event.name == "file"
        if not self._writes:
            return
        self._allow(is_whole=False)
        self.received.name, self.received.content_type = event.filename, event.headers.get("content-type")
        self._out = jobs.run_blocking(open, self.received.lies_at, "xb")

    def _allow(self, *, is_whole: bool) -> None:
        """Ask whether the upload may be, and count what has come already."""
        self.received.done()
        self.received.allowance = self._permit(self.received.fields, is_whole=is_whole)
        self.received.allowance.take(self.received.size)

    def _write(self, data: bytes) -> None:
        if data and self.received.allowance and self._out:
            self.received.allowance.take(len(data))
            jobs.run_blocking(self._out.write, data)
            self.received.size += len(data)

    def _abandon(self) -> None:
        if self._out is not None:
            with suppress(OSError):
                jobs.run_blocking(self._out.close)
        self.received.drop()
