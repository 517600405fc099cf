"""The picture at the head of the page: the company's, or ours."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

_OWN = Path(__file__).resolve().parents[2] / "static" / "img" / "mark.svg"
_MAX_BYTES = 1_000_000
_MAX_SVG_BYTES = 200_000
_MAX_SIDE = 4_000
_PNG = b"\x89PNG\r\n\x1a\n"


def data_url(given: object) -> str:
    """Turn base64 of a PNG or SVG into a data: URL; anything else becomes our own logo."""
    image = _decoded(given)
    if image.startswith(_PNG) and _is_sane_png(image):
        return _url("image/png", image)
    if _is_sane_svg(image):
        return _url("image/svg+xml", image)
    return _url("image/svg+xml", _OWN.read_bytes())


def _decoded(given: object) -> bytes:
    if not isinstance(given, str) or len(given) > _MAX_BYTES * 4 // 3 + 100:
        return b""
    try:
        return base64.b64decode(given.partition("base64,")[2] or given)
    except (binascii.Error, ValueError):
        return b""


def _is_sane_png(image: bytes) -> bool:
    # The header alone tells the size: a small file may unpack to gigabytes.
    width, height = int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
    return 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE


def _is_sane_svg(image: bytes) -> bool:
    # No entities (they multiply), nothing that repeats itself, and only a text that says it is SVG.
    head = image[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return (
        len(image) <= _MAX_SVG_BYTES
        and head.startswith((b"<svg", b"<?xml", b"<!--"))
        and b"<svg" in head
        and not any(word in image.lower() for word in (b"<!doctype", b"<!entity", b"<use", b"<foreignobject"))
    )


def _url(kind: str, image: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(image).decode('ascii')}"
