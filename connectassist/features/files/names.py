"""Names that are safe on every system: a customer's or technician's file must not choose where it lands."""

from __future__ import annotations

import re
import unicodedata

from connectassist.core.errors import ValidationFailed

LONGEST = 255
DEEPEST = 500
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")
_TYPE = re.compile(r"[a-zA-Z0-9][\w.+-]{0,60}/[a-zA-Z0-9][\w.+-]{0,56}")
PLAIN_TYPE = "application/octet-stream"


def safe(name: str | None) -> str:
    """A file name without folders, control characters, characters that turn the writing direction (they hide
    an ending) or names that Windows reserves; at most 255 bytes, its ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    clean = _FORBIDDEN.sub("_", "".join(c for c in last if _may_stay(c))).strip().rstrip(". ")
    if not clean.strip("."):
        clean = "file"
    if _RESERVED.fullmatch(clean.split(".")[0].strip()):
        clean = f"_{clean}"
    return _cut(clean)


def folder(path: str) -> str:
    """A folder below the customer's shared one, with forward slashes. Raises ValidationFailed for one that
    leads out of it."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    is_outside = path.startswith(("/", "\\")) or any(part == ".." or ":" in part for part in parts)
    if is_outside or len(path) > DEEPEST or any(not _may_stay(c) for c in path):
        raise ValidationFailed("path must be a folder below the shared one")
    return "/".join(parts)


def mime_type(given: str | None) -> str:
    """The type a client gave, if it looks like one."""
    plain = (given or "").split(";")[0].strip()
    return plain if _TYPE.fullmatch(plain) else PLAIN_TYPE


def _may_stay(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn") and character not in _TURNING


def _cut(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, ending = name, ""
    tail = f".{ending}" if ending else ""
    room = LONGEST - len(tail.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + tail
