"""From a ticket's words to the terms that the model counts: the same for training and for guessing."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

LONGEST_TEXT = 1000  # what trouble it is stands at the beginning; the time a guess takes is bounded by this
LONGEST_WORD = 24
PIECES = (3, 4, 5)
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"\d{5}")


def joined(title: object, description: object) -> str:
    """Title and description as one bounded text; what is no text is none."""
    told = [part[:LONGEST_TEXT] for part in (title, description) if isinstance(part, str)]
    return "\n".join(told)[:LONGEST_TEXT]


def words(text: str) -> list[str]:
    """The words of a text, small and without accents. Addresses and long numbers are left out: they say nothing of
    the trouble, and a model must not keep them."""
    told = " ".join(part for part in text[:LONGEST_TEXT].split() if "@" not in part and "://" not in part)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", told.casefold())[:LONGEST_TEXT * 2]
                    if not unicodedata.combining(sign))
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain) if not _NUMBERED.search(word)]


def phrases(told: list[str]) -> list[str]:
    """Each word, and each two that stand together."""
    return told + [f"{first} {second}" for first, second in pairwise(told)]


def pieces(told: list[str]) -> list[str]:
    """Three to five signs in a row of each word, with a space at its ends: for endings, compounds and slips."""
    found = []
    for word in told:
        padded = f" {word} "
        for length in PIECES:
            found += [padded[start:start + length] for start in range(max(len(padded) - length, 0) + 1)]
    return found


def terms(text: str) -> tuple[list[str], list[str]]:
    """Phrases and pieces of a text: the two kinds of terms, each weighed by itself."""
    told = words(text)
    return phrases(told), pieces(told)
