"""Names of clients: which two are the same, and what stands for one in an address or a file name."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
LONGEST_KEY = 400
_LONGEST_SLUG = 100


def key(name: str) -> str:
    """What two names have in common that a person takes for one: case and the way accents are written don't count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())[:LONGEST_KEY]


def slug(name: str) -> str:
    """Lower-case letters, digits and dashes; `client` for a name that has none of them."""
    letters = [c for c in unicodedata.normalize("NFKD", name).lower() if not unicodedata.combining(c)]
    found = re.sub(r"[^a-z0-9]+", "-", "".join(letters)).strip("-")
    return found[:_LONGEST_SLUG].strip("-") or "client"


def numbered(slug_: str, number: int) -> str:
    """The slug of the client that comes as the first, second, third with one slug."""
    return slug_ if number < 2 else f"{slug_}-{number}"
