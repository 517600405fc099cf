"""What there is to make packages of: the helpers that were built here, and what an administrator uploaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from builder import payloads
from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import PLATFORMS, SCRIPTS, TEMPLATES, Payload, scripts
from builder.payloads.uploads import Span, installer
from connectassist.core import jobs
from connectassist.http.context import settings
from connectassist.http.handover import Part
from connectassist.http.sending import FileSlice


@dataclass(frozen=True)
class InstallerFile:
    """An installer's own bytes, to be sent whole or in part."""

    payload: Payload
    span: Span
    tail: bytes = b""

    @property
    def size(self) -> int:
        return self.span.size

    @property
    def fingerprint(self) -> str:
        return sha256_of_installer(self.payload)

    @property
    def prefix(self) -> Part:
        return Part(self.span.path, self.span.size, self.span.offset)

    def open_range(self, start: int, end: int) -> FileSlice:
        return FileSlice(self.span.path.open("rb", buffering=0), start=self.span.offset + start,
                         end=self.span.offset + end)


def payload(kind: str) -> Payload:
    """The newest payload of a kind; an upload goes before what was built here in the same version.
    Raises PayloadMissing, PayloadBroken (the builder's)."""
    if kind in SCRIPTS:
        return jobs.run_blocking(scripts.payload, kind, shelf=settings().shelf)
    found = [each for folder in folders() if (each := _in(folder, kind))]
    if not found:
        raise PayloadMissing(kind)
    return max(found, key=lambda each: version(each.version))


def available() -> list[str]:
    """The platforms whose helper can be stamped right now."""
    return [platform for platform in PLATFORMS if has(platform)]


def has(kind: str) -> bool:
    """Is there a payload of this kind?"""
    return any(_in(folder, kind) for folder in folders())


def template(kind: str) -> InstallerFile | None:
    """An uploaded installer, `exe` or `dmg`."""
    found = _in(settings().shelf, TEMPLATES[kind])
    return InstallerFile(found, installer(found)) if found else None


def sha256_of_installer(payload: Payload) -> str:
    """The hash of an installer's own bytes."""
    return json.loads(payload.lines[0][1])["sha256"]


def folders() -> tuple[Path, Path]:
    """Where payloads lie; what was uploaded comes first."""
    return settings().shelf, settings().payloads


def version(text: str) -> Version:
    """A version to compare with others; what isn't one counts as the oldest."""
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def _in(folder: Path, kind: str) -> Payload | None:
    try:
        return payloads.load(folder, platform=kind)
    except (PayloadMissing, PayloadBroken):
        return None
