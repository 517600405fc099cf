"""What lies under /downloads/ besides packages: the operator's own files, found by name in a listing.

A requested name is never made part of a path.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from connectassist.http.sending import StoredFile

_PACKAGE = re.compile(r"ConnectAssist-([\x21-\x7e]{1,120})\.zip")


def device_id_in(name: str) -> str | None:
    """The device id in a package's file name; None for other names."""
    found = _PACKAGE.fullmatch(name)
    return found[1] if found else None


def offered(folder: Path, name: str) -> StoredFile | None:
    """The operator's file of that exact name; hidden files and links aren't offered."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == name and not name.startswith(".") and entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                return StoredFile(Path(entry.path), state.st_size,
                                   f"{state.st_ino:x}-{state.st_size:x}-{state.st_mtime_ns:x}")
    return None
