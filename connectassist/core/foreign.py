"""What a device, or anybody else, sends as data: made small, plain and printable before it is kept or passed on."""

from __future__ import annotations

import unicodedata
from itertools import islice
from typing import Any

DEEPEST, MOST_ITEMS, LONGEST_TEXT, LONGEST_NAME, LARGEST_NUMBER = 6, 2000, 4000, 80, 2**53
_KEPT = "\n\t\u200d"
#: Letters that people take for one another when they search: the dots of a Turkish I and of a Russian ё. At a NUL
#: SQLite would end what it looks for.
_ALIKE = str.maketrans({"\u0307": None, "ı": "i", "ё": "е", "\0": "\N{REPLACEMENT CHARACTER}"})


def text(value: Any, limit: int | None = None) -> str:
    """A text, or a number as one, of at most so many characters, without line breaks and control characters, for they
    could forge lines or drive a terminal; empty for anything else."""
    if isinstance(value, str):
        cut = value[:limit]
        return cut if cut.isprintable() else "".join(c if c.isprintable() else " " for c in cut)
    return str(value)[:limit] if _is_number(value) else ""


def line(value: Any, limit: int | None = None) -> str:
    """The same as a name or a title is kept: trimmed, with single spaces between words."""
    return " ".join(text(value, limit and limit * 4).split())[:limit]


def lines(value: Any, limit: int | None = None) -> str:
    """A text as people write it: line breaks, tabs and joined emoji stay, all else that can't be seen is left out."""
    cut = value[:limit] if isinstance(value, str) else ""
    return cut if cut.isprintable() else "".join(c for c in cut if c.isprintable() or c in _KEPT)


def comparable(value: str) -> str:
    """A text as searches compare it: whatever its case, and however its letters were put together. No two databases
    would do that alike."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold().translate(_ALIKE))


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
