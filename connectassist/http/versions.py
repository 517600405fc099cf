"""Two people who change the same thing at once: whoever has seen an older version is told, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import Headers

from connectassist.core.errors import Conflict

_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


def seen(told: dict[str, Any], headers: Headers) -> dict[str, Any]:
    """A change with the version that its caller has seen, if it names one: in its body, or as an `If-Match`."""
    given = _TAG.fullmatch(headers.get("If-Match", "").strip())
    return {"version": int(given[1])} | told if given else told


def require(version: int | None, *, now: int, name: str, row: Callable[[], dict[str, Any]]) -> None:
    """Refuse a change by somebody who has seen another version than the one that there is now; None overwrites.
    Raises Conflict, with what the thing says now under its `name`."""
    if version is not None and version != now:
        raise Conflict(f"Somebody else has changed this {name} since you opened it",
                       detail=f"Nothing of your change was kept. Look at what the {name} says now and try again",
                       **{name: row()})
