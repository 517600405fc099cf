"""Identifiers and secrets, all from the operating system's random source."""

from __future__ import annotations

import re
import secrets
import uuid

BASE_62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SESSION_ID = re.compile(r"[A-Z0-9]{3}-[0-9]{3}-[A-Z0-9]{3}")
SUPPORT_CODE = re.compile(r"[0-9]{6}")
#: The largest number that a row may have, in both databases.
LARGEST_ID = 2**31 - 1


def _draw(alphabet: str, count: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))


def session_id() -> str:
    """Three groups as in `9PD-835-6DE`, some 40 bits; look-ups of wrong ones are limited."""
    return "-".join((_draw(LETTERS, 3), _draw("0123456789", 3), _draw(LETTERS, 3)))


def support_code() -> str:
    """Six digits."""
    return _draw("0123456789", 6)


def clean_support_code(text: str) -> str:
    """A typed code without the spaces and dashes that people put in."""
    return re.sub(r"[\s\-‐-―.]", "", text)


def short_code() -> str:
    """Five letters and digits, at least one of them a digit, so that it is no page's name."""
    while True:
        drawn = _draw(BASE_62, 5)
        if is_short_code(drawn):
            return drawn


def is_short_code(text: str) -> bool:
    """Could this be a short code?"""
    return len(text) == 5 and text.isascii() and text.isalnum() and not text.isalpha()


def secret() -> str:
    """256 bits as URL-safe text: device secrets."""
    return secrets.token_urlsafe(32)


def password() -> str:
    """A password that can be read out and typed: 20 letters and digits, 100 bits."""
    return "-".join(_draw(LETTERS.lower(), 5) for _ in range(4))


def activation_code() -> str:
    """What a person types into a new device: four groups of five letters and digits, 100 bits."""
    return "-".join(_draw(LETTERS, 5) for _ in range(4))


def clean_activation_code(text: str) -> str:
    """A typed code in the form that is compared: without case, spaces and dashes."""
    return re.sub(r"[\s\-‐-―._]", "", text).upper()


def handle() -> str:
    """128 bits in hex: file ids and other ids that are capabilities."""
    return secrets.token_hex(16)


def row_uuid() -> str:
    """An id for a record that is shown, not a capability."""
    return str(uuid.uuid4())
