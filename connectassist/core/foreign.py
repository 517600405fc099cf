"""What a device, or anybody else, sends as data: made small, plain and printable before it is kept or passed on."""

from __future__ import annotations

from itertools import islice
from typing import Any

DEEPEST, MOST_ITEMS, LONGEST_TEXT, LONGEST_NAME, LARGEST_NUMBER = 6, 2000, 4000, 80, 2**53
_ONE_LINE, _LINES = frozenset(), frozenset("\n\t")


def text(value: Any, limit: int) -> str:
    """A text, or a number as one, on one line and without control characters; empty for anything else."""
    if isinstance(value, str):
        return _printable(value[:limit], keep=_ONE_LINE)
    return str(value)[:limit] if _is_number(value) else ""


def lines(value: Any, limit: int) -> str:
    """A text with its line breaks; empty for anything else."""
    return _printable(value[:limit], keep=_LINES) if isinstance(value, str) else ""


def bounded(value: Any, *, largest: int = 65_536) -> Any:
    """JSON of no more than so many bytes, not deep, in which nothing could drive a terminal or is refused by a
    database. What is beyond that is left out."""
    return _Cut(largest).of(value, 0)


class _Cut:
    """Copies a value for as long as there is room; a huge one costs no more time than what is kept of it."""

    def __init__(self, room: int) -> None:
        self._room = room

    def of(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self._text(lines(value, LONGEST_TEXT))
        if isinstance(value, list | tuple) and depth < DEEPEST:
            return self._list(value, depth + 1)
        if isinstance(value, dict) and depth < DEEPEST:
            return self._object(value, depth + 1)
        self._room -= 25
        return value if isinstance(value, bool) or _is_number(value) else None

    def _text(self, said: str) -> str:
        """As JSON it may be longer than it is: every character counts as what it can become."""
        self._room -= 3 + len(said.encode()) + sum(map(said.count, '"\\\n\t'))
        return said if self._room > 0 else ""

    def _list(self, values: Any, depth: int) -> list[Any]:
        self._room -= 3
        return [self.of(each, depth) for each in islice(values, MOST_ITEMS) if self._room > 0]

    def _object(self, values: dict[Any, Any], depth: int) -> dict[str, Any]:
        self._room -= 3
        found = {}
        for name, each in islice(values.items(), MOST_ITEMS):
            known = self._text(text(name, LONGEST_NAME))
            if self._room > 0:
                found[known] = self.of(each, depth)
        return found


def _is_number(value: Any) -> bool:
    """A number that every database and every browser can hold; neither true nor false, nor infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def _printable(value: str, *, keep: frozenset[str]) -> str:
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() or c in keep else " " for c in value)
