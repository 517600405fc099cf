"""Small files that hold what must not be lost, nor be there by half, whenever the machine stops. Only this user may
read them."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Put a file in the place of the one before: all of it or nothing, and on the disk."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    _make(part, data)
    part.rename(path)
    flush(path.parent)


def begin(path: Path, data: bytes) -> None:
    """Write a file that isn't there yet. Of several who do so at the same moment one is first, and its file stays."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    _make(part, data)
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()
    flush(path.parent)


def flush(folder: Path) -> None:
    """What was made, renamed or removed in a folder stays so."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _make(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as made:
        made.write(data)
        made.flush()
        os.fsync(made.fileno())
