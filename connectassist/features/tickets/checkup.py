"""What a helper's checks have found, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectassist.core import foreign

MOST_CHECKS, MOST_LINES, LARGEST = 20, 2000, 300_000


def as_text(checks: list[Any]) -> str:
    """One paragraph for each check: what it is, how it stands, and what it found."""
    known = [each for each in foreign.bounded(checks[:MOST_CHECKS], largest=LARGEST) if isinstance(each, dict)]
    lines = [line for each in known for line in (*_check(each), "")]
    return "\n".join(lines[:MOST_LINES]) + "\n"


def _check(found: dict[str, Any]) -> Iterator[str]:
    name = foreign.line(found.get("label") or found.get("checkType"), 80) or "Check"
    status = foreign.line(found.get("status"), 20) or "unknown"
    yield f"{name}: {status}. {foreign.line(found.get('value'), 200)}".strip()
    yield from _details(found.get("results"), "  ")


def _details(value: Any, indent: str) -> Iterator[str]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    for name, each in pairs:
        if isinstance(each, dict | list):
            yield f"{indent}{name}:"
            yield from _details(each, indent + "  ")
        else:
            yield f"{indent}{name}: {'' if each is None else foreign.line(str(each), 500)}"
