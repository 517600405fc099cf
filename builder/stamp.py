"""Stamping: a payload and one customer's order become one ZIP, without copying the payload.

A package is the payload's ZIP up to its directory, then three small files, then the directory with three
lines more. Only that tail is made per customer, so the cost does not depend on the payload's size.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from builder import manifest
from builder.errors import PayloadBroken, PayloadMissing
from builder.manifest import Signer
from builder.payloads.index import Payload, zip_mark
from builder.zipformat import Added, Directory, closing

CHUNK = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one customer's package shall hold beside the payload. Equal orders give equal bytes."""

    device_id: str
    settings: Mapping[str, Any]
    """Becomes appsettings.json (docs/helper-protocol.md §1)."""
    readme: str
    created_at: datetime
    """With a zone; kept to the millisecond."""
    extras: Mapping[str, bytes] = field(default_factory=dict)
    """Small files more, by their names beside the settings."""


class Prefix(NamedTuple):
    """The part of a package that is the first `length` bytes of a file."""

    path: Path
    length: int
    offset: int = 0


@dataclass(frozen=True)
class StampedPackage:
    """One customer's ZIP: the head of the payload's file, then `tail`."""

    payload: Payload = field(repr=False)
    tail: bytes = field(repr=False)
    fingerprint: str
    """Hex; the same for the same bytes and different for others, known without reading them."""

    @property
    def prefix(self) -> Prefix:
        """Which file the package starts with, and how much of it."""
        return Prefix(self.payload.zip_path, self.payload.directory.offset)

    @property
    def size(self) -> int:
        """The package's length in bytes."""
        return self.prefix.length + len(self.tail)

    def __iter__(self) -> Iterator[bytes]:
        return self.open_range(0, self.size)

    def open_range(self, start: int, end: int) -> "Slice":
        """The bytes from `start` up to, not including, `end`, in chunks of at most CHUNK.

        Raises ValueError outside the package, and PayloadMissing or PayloadBroken when the payload was
        replaced since: stamp again then.
        """
        if not 0 <= start <= end <= self.size:
            raise ValueError(f"bytes {start} to {end} of a package of {self.size}")
        return Slice(_open(self.payload), package=self, start=start, end=end)

    def write_to(self, path: Path) -> None:
        """Write the whole package into a file."""
        with path.open("wb") as file:
            file.writelines(self)


class Slice:
    """A run of a package's bytes, read as it is taken. Closed at its end or by `close()`."""

    def __init__(self, file: BinaryIO, *, package: StampedPackage, start: int, end: int) -> None:
        self._file, self._package = file, package
        self._at, self._end = start, end
        file.seek(min(start, package.prefix.length))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._at >= self._end:
            self.close()
            raise StopIteration
        chunk = self._next_chunk()
        self._at += len(chunk)
        return chunk

    def _next_chunk(self) -> bytes:
        split = self._package.prefix.length
        stop = min(self._at + CHUNK, self._end)
        if self._at >= split:
            return self._package.tail[self._at - split : stop - split]
        chunk = self._file.read(min(stop, split) - self._at)
        if not chunk:
            raise PayloadBroken(self._package.prefix.path, "it became shorter while it was sent")
        return chunk

    def close(self) -> None:
        """Let go of the payload's file."""
        self._file.close()


def stamp(order: Order, *, payload: Payload, signer: Signer) -> StampedPackage:
    """Make one customer's package of a payload."""
    created = order.created_at.astimezone(UTC)
    settings = json.dumps(order.settings, indent=2, ensure_ascii=False).encode() + b"\n"
    contents = {"appsettings.json": settings, "README.txt": order.readme.encode(), **order.extras}
    signed = manifest.write(
        [*payload.lines, *(_line(name, content) for name, content in contents.items())],
        package=order.device_id, platform=payload.platform, created_at=_iso(created), signer=signer,
        helper={"version": payload.version, "executable": payload.executable},
    )
    contents[manifest.NAME] = signed
    added = [Added(payload.inside(name), content, created) for name, content in contents.items()]
    fingerprint = hashlib.sha256(payload.zip_sha256.encode() + signed).hexdigest()
    return StampedPackage(payload, _tail(payload, added), fingerprint)


def _tail(payload: Payload, added: list[Added]) -> bytes:
    """Everything after the payload's last file: the new files, the longer directory and the end."""
    at = payload.directory.offset
    locals_, lines = [], []
    for entry in added:
        locals_.append(entry.local())
        lines.append(entry.central(at))
        at += len(locals_[-1])
    directory = payload.directory_bytes + b"".join(lines)
    end = closing(Directory(offset=at, size=len(directory), entries=payload.directory.entries + len(added)))
    return b"".join([*locals_, directory, end])


def _open(payload: Payload) -> BinaryIO:
    """Open the payload's file, if it is still the one that was stamped."""
    try:
        if zip_mark(payload.zip_path) != payload.mark[3:]:
            raise PayloadBroken(payload.zip_path, "it was replaced after the package was stamped")
        return payload.zip_path.open("rb", buffering=0)
    except OSError as problem:
        raise PayloadMissing(payload.platform) from problem


def _line(name: str, content: bytes) -> tuple[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    return name, manifest.file_line(name, size=len(content), sha256=digest)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
