"""Updates of a Mac, out of what its last search found: no search is started."""

from __future__ import annotations

import plistlib
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..facts import fact, moment, word
from ..running import run

_HISTORY = Path("/Library/Receipts/InstallHistory.plist")


def state() -> dict[str, Any]:
    """Pending and last updates. A Mac does not tell whether a restart is due."""
    said = fact(lambda: run("softwareupdate", "--list", "--no-scan", seconds=40))
    return {"manager": "softwareupdate", "pendingCount": pending(said.text) if said else None, "securityCount": None,
            **last(fact(_HISTORY.read_bytes) or b"", now=time.time()), "pendingReboot": None}


def pending(text: str) -> int:
    """How many updates softwareupdate lists."""
    return len(re.findall(r"^\s*\* Label:", text, re.MULTILINE))


def last(history: bytes, *, now: float) -> dict[str, Any]:
    """The last updates and how many days ago the newest came, out of the history of installations."""
    told = fact(plistlib.loads, history) or []
    dated = sorted(((row["date"].replace(tzinfo=UTC).timestamp(), row) for row in told
                    if isinstance(row, dict) and isinstance(row.get("date"), datetime)),
                   key=lambda pair: pair[0], reverse=True)
    shown = [{"title": word(f"{row.get('displayName')} {row.get('displayVersion') or ''}"), "date": moment(when)}
             for when, row in dated[:10]]
    return {"lastUpdates": shown, "daysSinceLastUpdate": max(0, int((now - dated[0][0]) // 86400)) if dated else None}
