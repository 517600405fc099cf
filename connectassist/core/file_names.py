"""Names that are safe on every system: a customer's or technician's file must not choose where it lands."""

from __future__ import annotations

import re
import unicodedata

from connectassist.core.errors import ValidationFailed

LONGEST = 255
DEEPEST = 500
_FORBIDDEN = frozenset('<>:"|?*')
_LIKE_SLASHES = frozenset("\u2044\u2215\u29f8\u29f9\u2216")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")
_TYPE = re.compile(r"[a-zA-Z0-9][\w.+-]{0,60}/[a-zA-Z0-9][\w.+-]{0,56}")
PLAIN_TYPE = "application/octet-stream"


def safe(name: str | None) -> str:
    """A file name without folders, control characters, characters that turn the writing direction (they hide
    an ending) or names that Windows reserves; at most 255 bytes, its ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    kept = "".join("_" if _parts(c) else c for c in last if _may_stay(c))
    clean, plain = kept.strip().rstrip(". "), unicodedata.normalize("NFKC", kept)
    if not plain.strip(". "):
        clean = "file"
    if _RESERVED.fullmatch(plain.split(".")[0].strip()):
        clean = f"_{clean}"
    return _cut(clean)


def folder(path: str) -> str:
    """A folder below the customer's shared one, with forward slashes. Raises ValidationFailed for one that
    leads out of it."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    is_outside = path.startswith(("/", "\\")) or not all(_is_plain(part) for part in parts)
    if is_outside or len(path) > DEEPEST or any(not _may_stay(c) for c in path):
        raise ValidationFailed("path must be a folder below the shared one")
    return "/".join(parts)


def _is_plain(part: str) -> bool:
    """A folder's name that no system reads as something else: no drive or stream, no device, no dots or blanks at its
    end (Windows drops them, so `.. ` would be `..`), and no letters that look like separators once normalised."""
    plain = unicodedata.normalize("NFKC", part)
    return not (any(_parts(c) for c in part) or part != part.rstrip(". ") or not plain.strip(". ")
                or _RESERVED.fullmatch(plain.split(".")[0].strip()))


def mime_type(given: str | None) -> str:
    """The type a client gave, if it looks like one."""
    plain = (given or "").split(";")[0].strip()
    return plain if _TYPE.fullmatch(plain) else PLAIN_TYPE


def _parts(character: str) -> bool:
    """Could a system that normalises, or a reader, take it for what parts names or makes no name?"""
    return character in _LIKE_SLASHES or bool((_FORBIDDEN | set("/\\")) & set(unicodedata.normalize("NFKC", character)))


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
