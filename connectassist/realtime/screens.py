"""The sessions whose customer's screen comes over a VNC connection now, to whichever process. In memory, as presence
is."""

from __future__ import annotations

from connectassist.realtime.shared import Shared

#: By the session's id; the VNC feature keeps them, session rows show them.
UP = Shared("screens over VNC")
#: The TCP port that takes reverse VNC connections, once it is open.
listener: int | None = None


def is_up(session_id: str) -> bool:
    """Does a screen come?"""
    return session_id in UP.mine or is_elsewhere(session_id)


def is_elsewhere(session_id: str) -> bool:
    """Does it come to another process?"""
    return bool(UP.theirs) and bool(UP.elsewhere(session_id))
