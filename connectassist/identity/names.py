"""User names: what one may be, and that it is the same name however its letters were put together."""

from __future__ import annotations

import unicodedata

SHORTEST, LONGEST = 2, 80
RULE = f"A user name has {SHORTEST} to {LONGEST} letters, digits and . @ + - _"
_SIGNS = frozenset("._@+-")


def tidied(name: str) -> str:
    """The name in one spelling: an accent may come as a letter of its own, a letter in double width."""
    return unicodedata.normalize("NFKC", name[:4 * LONGEST])


def is_good(name: str) -> bool:
    """May somebody be called so? Letters of every script, with the marks that some of them need."""
    return SHORTEST <= len(name) <= LONGEST and all(
        char in _SIGNS or char.isalnum() or unicodedata.category(char)[0] == "M" for char in name)

