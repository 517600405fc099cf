"""Taking a multipart upload in, straight to the disk: constant memory, and the disk is only touched in real threads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from connectassist.core import ids
from connectassist.core.errors import BadRequest, RequestTimeout, ValidationFailed
from connectassist.features.files.quota import Reservation
from connectassist.features.files.storing import Stored
from connectassist.http.context import settings

CHUNK = 256 * 1024
MOST_PARTS, LONGEST_FIELD = 20, 8 * 1024
_WINDOWS_PATH = re.compile(r'filename="(?:[A-Za-z]:\\|\\\\)(?:[^"]*\\)?([^"\\]*)"')
#: Makes the reservation when the file begins; is asked again with it when the form is whole.
Permit = Callable[["Received"], Reservation]


@dataclass
class Received:
    """One upload: the form's fields, and the file as it lies on the disk until it is kept or dropped."""

    id: str = field(default_factory=ids.handle)
    fields: dict[str, str] = field(default_factory=dict)
    reservation: Reservation | None = None
    name: str | None = None
    content_type: str | None = None
    file: Stored = field(init=False)

    def __post_init__(self) -> None:
        self.file = Stored(settings().uploads, self.id)

    def drop(self) -> None:
        """Leave nothing behind, on the disk or in the database."""
        self.file.drop()
        if self.reservation:
            self.reservation.release()


class Receiver:
    """Feeds a form's bytes through the decoder and the first `file` part to the disk.

    `permit` says whether the upload may be. It is asked before the first byte is written, and again at the end:
    consent may have gone meanwhile, and some clients of contract 001 send the file before the fields that say
    what it is for.
    """

    def __init__(self, *, permit: Permit, fields: dict[str, str] | None = None) -> None:
        self.received = Received(fields=dict(fields or {}))
        self._fixed = frozenset(fields or ())
        self._permit = permit
        self._field: str | None = None
        self._text = b""
        self._writes = False

    def take_in(self, stream: IO[bytes], *, boundary: bytes) -> Received:
        """Read the whole form. Raises ValidationFailed, BadRequest, QuotaExceeded, DiskFull and what `permit`
        raises; then nothing of it is left."""
        decoder = MultipartDecoder(boundary, max_form_memory_size=4 * CHUNK, max_parts=MOST_PARTS)
        try:
            while not self._digest(decoder):
                decoder.receive_data(stream.read(CHUNK) or None)
            if not self.received.file.is_open:
                raise ValidationFailed("Missing file upload")
            self.received.reservation = self._permit(self.received)
            return self.received
        except BaseException as problem:
            self.received.drop()
            if isinstance(problem, ValueError):
                raise BadRequest("The upload broke off or isn't a valid form") from problem
            if isinstance(problem, TimeoutError):
                raise RequestTimeout("The upload stood still for too long") from problem
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
            self._read(event.data)
        elif isinstance(event, Data) and self._writes:
            self._write(event.data)

    def _read(self, data: bytes) -> None:
        """A piece of a field; what the address said already stands."""
        self._text += data
        if len(self._text) > LONGEST_FIELD:
            raise ValidationFailed("A field of the form is too long")
        if self._field not in self._fixed:
            self.received.fields[str(self._field)] = self._text.decode(errors="replace")

    def _begin(self, event: File) -> None:
        self._writes = not self.received.file.is_open and event.name == "file"
        if self._writes:
            self.received.name, self.received.content_type = _named(event), event.headers.get("content-type")
            self.received.reservation = self._permit(self.received)
            self.received.file.open()

    def _write(self, data: bytes) -> None:
        if data and self.received.reservation:
            self.received.reservation.take(len(data))
            self.received.file.write(data)


def _named(event: File) -> str:
    """The file's name. Internet Explorer sends a whole Windows path, whose backslashes the decoder takes for signs
    that quote the next letter."""
    path = _WINDOWS_PATH.search(event.headers.get("content-disposition", ""))
    return path[1] if path else event.filename
