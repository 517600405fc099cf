"""Small payloads, packed as real ones are, for tests that stamp."""

from __future__ import annotations

import random
from pathlib import Path

from builder.payloads.pack import Label, pack

PROGRAM = "connectassist-helper"


def write_payload(folder: Path, *, platform: str = "linux-x86_64", version: str = "0.1.0", size: int = 700_000) -> Path:
    """Put a payload of some `size` bytes that don't compress into a folder, as `make payloads` does."""
    tree = folder.parent / f"tree-{platform}-{version}"
    tree.mkdir(parents=True)
    (tree / PROGRAM).write_text("#!/bin/sh\necho helper\n")
    (tree / PROGRAM).chmod(0o755)
    (tree / "ballast.bin").write_bytes(random.Random(version).randbytes(size))
    pack(tree, out=folder, label=Label(platform=platform, version=version, executable=PROGRAM, source="0" * 64))
    return folder
