"""Whether the clock can be believed when something is to be deleted because it is old: one that was set a year ahead
makes everything old at once.

What the server saw last stands in a small file. Where the clock is days ahead of it, either nobody ran the server for
that long or the clock is wrong: nothing is deleted for a day, so that somebody can find out.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path

from connectassist.core import clock, durable

log = logging.getLogger(__name__)
NAME = "clock.json"
LEAP, PATIENCE = timedelta(days=3), timedelta(days=1)


def is_believed(instance: Path) -> bool:
    """May things be deleted now because they are old?"""
    now, path = clock.now(), instance / NAME
    seen, since = _read(path)
    if seen is not None and now - seen > LEAP and (since is None or not timedelta() <= now - since < LEAP):
        log.error("the clock leapt from %s to %s, or the server did not run meanwhile: nothing is deleted for its age "
                  "until tomorrow. Look whether the time is right", clock.iso(seen), clock.iso(now))
        _write(path, seen, now)
        return False
    if seen is not None and since is not None and now - seen > LEAP and now - since < PATIENCE:
        return False
    if since is not None:
        log.warning("the clock is believed again: it is %s", clock.iso(now))
    _write(path, now, None)
    return True


def _read(path: Path) -> tuple[datetime | None, datetime | None]:
    """The last moment at which all was well, and since when it is not."""
    try:
        told = json.loads(path.read_bytes())
        return clock.read(told["seen"]), clock.read(told["since"])
    except (OSError, ValueError, TypeError, KeyError):
        return None, None


def _write(path: Path, seen: datetime, since: datetime | None) -> None:
    durable.write(path, json.dumps({"seen": clock.iso(seen), "since": clock.iso(since)}).encode())
