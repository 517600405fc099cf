"""Installed software on a Mac: the programs in the folders for applications, as their own files tell."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

from ..facts import fact, word

_FOLDERS = (Path("/Applications"), Path("/Applications/Utilities"), Path.home() / "Applications")
_MOST = 2000


def installed() -> list[dict[str, Any]]:
    """Every program with its version, by name."""
    found = [path for folder in _FOLDERS for path in fact(lambda folder=folder: sorted(folder.glob("*.app"))) or ()]
    return [program(path) for path in found[:_MOST]]


def program(path: Path) -> dict[str, Any]:
    """One program out of its Info.plist."""
    told = fact(lambda: plistlib.loads((path / "Contents/Info.plist").read_bytes())) or {}
    return {"name": word(told.get("CFBundleName")) or word(path.stem),
            "version": word(told.get("CFBundleShortVersionString")), "publisher": word(told.get("CFBundleIdentifier"))}
