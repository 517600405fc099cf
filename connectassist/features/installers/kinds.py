"""What an installer can be made of, and which of it there is."""

from __future__ import annotations

from typing import Any, NamedTuple

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import Payload
from builder.payloads.flat import flat
from connectassist.core import jobs
from connectassist.core.disk import told_when_full
from connectassist.core.errors import ClientBuildMissing
from connectassist.features.templates import queries as stock
from connectassist.http.context import settings


class Kind(NamedTuple):
    """`key` is what pages send, `build` the payload's name; the first one that there is is the usual one."""

    key: str
    label: str
    build: str


KINDS = (
    Kind("windows", "Windows", "windows-x86_64"),
    Kind("windows-program", "Windows, the uploaded program", "template-exe"),
    Kind("macos", "Mac", "macos-arm64"),
    Kind("macos-program", "Mac, the uploaded disk image", "template-dmg"),
    Kind("linux", "Linux", "linux-x86_64"),
    Kind("linux-python", "Linux with Python", "linux-python"),
)
NAMES = tuple(name for kind in KINDS for name in (kind.key, kind.build))
_ADVICE = "Build it with: make payloads. Or upload one on the page Packages."


def choose(wanted: str | None) -> Kind:
    """The kind that was asked for, else the usual one. Raises ClientBuildMissing."""
    for kind in KINDS:
        if wanted in (kind.key, kind.build) or (not wanted and stock.has(kind.build)):
            return kind
    raise ClientBuildMissing(detail=_ADVICE)


def label_of(build: str | None) -> str:
    """What people call a build."""
    return next((kind.label for kind in KINDS if kind.build == build), "")


def choices() -> list[dict[str, Any]]:
    """Every kind and whether it can be had right now."""
    return [{**kind._asdict(), "available": stock.has(kind.build)} for kind in KINDS]


def newest(build: str) -> Payload:
    """The newest build, its files at the archive's root as contract 000 has it. Raises ClientBuildMissing, DiskFull."""
    try:
        with told_when_full():
            return jobs.run_blocking(flat, stock.payload(build), shelf=settings().shelf / "flat")
    except (PayloadMissing, PayloadBroken):
        raise ClientBuildMissing(detail=_ADVICE) from None


def in_its_folder(build: str) -> Payload:
    """The newest build as it was made, which a running helper updates itself from. Raises ClientBuildMissing."""
    try:
        return stock.payload(build)
    except (PayloadMissing, PayloadBroken):
        raise ClientBuildMissing(detail=_ADVICE) from None
