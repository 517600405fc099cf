"""Which build of the server runs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from connectassist import VERSION
from connectassist.core.settings import ROOT

_COMMIT = re.compile(r"[0-9a-f]{40,64}")


@cache
def name(root: Path = ROOT) -> str:
    """The version with the commit that the server was started from; the version alone where nothing tells of one."""
    commit = _commit(root / ".git")
    return f"{VERSION}+{commit[:12]}" if commit else VERSION


def _commit(folder: Path) -> str:
    try:
        head = (folder / "HEAD").read_text().strip()
        found = (folder / head.removeprefix("ref: ")).read_text().strip() if head.startswith("ref: ") else head
    except (OSError, ValueError):
        return ""
    return found if _COMMIT.fullmatch(found) else ""
