"""Files as an administrator uploads them, as small as they can be told apart."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path

from builder.payloads import load
from builder.payloads.uploads import write_bundle
from tests.features.packages.payload import write_payload

PLACEHOLDER = b"___SESSID___"


def exe(size: int = 5000) -> bytes:
    """A Windows program, with the placeholder that contract 001's original writes into."""
    head = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + PLACEHOLDER
    return head + random.Random(size).randbytes(size)


def dmg() -> bytes:
    """A Mac disk image: what counts is the trailer."""
    return random.Random(1).randbytes(4000) + b"koly" + struct.pack(">II", 4, 512) + bytes(500)


def bundle(folder: Path, *, version: str = "0.3.0", platform: str = "linux-x86_64") -> bytes:
    """A payload as `python -m builder.payloads --bundle` writes it."""
    made = write_payload(folder / f"bundle-{version}" / "out", version=version, platform=platform, size=50_000)
    write_bundle(load(made, platform=platform), made / "bundle.zip")
    return (made / "bundle.zip").read_bytes()


def python_for(*names: str) -> bytes:
    """A ZIP with files of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x" * 100)
    return out.getvalue()
