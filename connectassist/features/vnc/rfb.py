"""How a VNC server begins to speak. Pure."""

from __future__ import annotations

import re

from connectassist.core import ids

BANNER = re.compile(rb"RFB 00[0-9]\.[0-9]{3}\n")
BANNER_LENGTH = 12
REPEATER_MARK = b"ID:"
REPEATER_LENGTH = 250


def is_banner(data: bytes) -> bool:
    """Is this the first line of a VNC server, `RFB 003.008` and a line feed?"""
    return BANNER.fullmatch(data) is not None


def named_session(prefix: bytes) -> str | None:
    """The session that a repeater's prefix names: `ID:9PD-835-6DE`, filled up with zeros to 250 bytes."""
    text = prefix.removeprefix(REPEATER_MARK).partition(b"\0")[0].decode("ascii", "replace").strip().upper()
    return text if ids.SESSION_ID.fullmatch(text) else None
