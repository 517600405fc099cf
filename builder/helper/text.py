"""Strings from the network are hostile: what is shown or logged passes through here first."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import Any

# Marks that turn the direction of text could make "Deny" read as something else.
DIRECTION_MARKS = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}


def printable(value: object, *, limit: int = 300, lines: bool = False) -> str:
    """Make a string safe for a terminal, a window or a log: no control characters, bounded length."""
    text = value if isinstance(value, str) else ("" if value is None else str(value))
    kept = "".join(_safe(c, lines=lines) for c in text[: limit * 2])
    kept = kept.strip()
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def _safe(char: str, *, lines: bool) -> str:
    if char == "\n" and lines:
        return char
    if char in "\t\n\r":
        return " "
    if char in DIRECTION_MARKS or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn"):
        return ""
    return char


def field(data: object, name: str, *, limit: int = 200) -> str:
    """Read one short string out of a message; anything else than a string or number reads as empty."""
    value = data.get(name) if isinstance(data, Mapping) else None
    return printable(value, limit=limit) if isinstance(value, (str, int)) else ""


def raw(data: object, name: str, *, limit: int = 4096) -> str:
    """Read an identifier that must come back unchanged; too long or not a string reads as empty."""
    value = data.get(name) if isinstance(data, Mapping) else None
    return value if isinstance(value, str) and len(value) <= limit else ""


def number(data: object, name: str, *, default: float = 0.0) -> float:
    """Read one finite number out of a message."""
    value: Any = data.get(name) if isinstance(data, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        return default
    return float(max(-1e12, min(1e12, value)))


def human_size(size: int) -> str:
    """Say a number of bytes as a customer reads it."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{size} bytes"
