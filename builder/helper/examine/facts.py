"""Facts that may be missing: small files, values that the machine may not tell, and text kept within bounds."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import psutil

from ..text import printable
from .errors import NotAvailable, NotRun

log = logging.getLogger("helper.examine")
T = TypeVar("T")

# What boards say whose maker never filled the field in.
_SAYS_NOTHING = {"none", "n/a", "unknown", "default string", "to be filled by o.e.m", "system product name",
                 "system manufacturer", "system serial number", "not specified", "not applicable", "0", "invalid"}
# Everything that a machine which is not as expected can make a reading raise.
MISSING = (OSError, ValueError, LookupError, TypeError, AttributeError, ImportError, psutil.Error, NotRun,
           NotAvailable, subprocess.SubprocessError)


def fact(ask: Callable[..., T], *arguments: Any) -> T | None:
    """Ask for a fact; None where the machine does not tell."""
    try:
        return ask(*arguments)
    except MISSING as problem:
        log.debug("not told by this machine: %s", problem)
        return None


def contents(path: str | Path, *, most: int = 1 << 20) -> str | None:
    """The text of a file, its first `most` bytes; None where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(most).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def ending(path: str | Path, *, most: int = 1 << 19) -> str | None:
    """The last `most` bytes of a file as text; None where it cannot be read."""
    try:
        with open(path, "rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - most))
            return file.read(most).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def word(value: object, *, limit: int = 200) -> str | None:
    """A short text without control characters; None when there is none."""
    return (printable(value, limit=limit) if isinstance(value, (str, int, float)) else "") or None


def name_plate(value: object) -> str | None:
    """What firmware tells of a machine; None as well for what its maker never filled in."""
    text = word(value)
    return None if text is None or text.strip(" .").lower() in _SAYS_NOTHING else text


def gigabytes(size: float) -> float:
    """Bytes as GB of 1024³ bytes, to one place."""
    return round(size / (1 << 30), 1)


def moment(seconds: float) -> str:
    """A time since 1970 in seconds as ISO-8601 in UTC."""
    told = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


def rows(text: str) -> list[dict[str, Any]]:
    """The objects of a JSON array; a single object counts as an array of one, and nothing as none. Raises ValueError.

    PowerShell writes an array of one as the object itself.
    """
    told = json.loads(text) if text.strip() else []
    return [row for row in (told if isinstance(told, list) else [told]) if isinstance(row, dict)]


def joined(values: Iterable[object]) -> str | None:
    """Several words as one, without repeating any."""
    return ", ".join(dict.fromkeys(found for value in values if (found := word(value)))) or None


def fitting(results: Mapping[str, Any], *, most: int) -> dict[str, Any]:
    """Results whose JSON has at most about `most` bytes: the longest lists are halved, and `truncated` says so."""
    kept = dict(results)
    while len(json.dumps(kept, default=str)) > most:
        lists = [name for name, value in kept.items() if isinstance(value, list) and value]
        if not lists:
            return {"truncated": True}
        longest = max(lists, key=lambda name: len(json.dumps(kept[name], default=str)))
        kept[longest] = kept[longest][:len(kept[longest]) // 2]
        kept["truncated"] = True
    return kept
