"""What the customer is told of recordings: whose page records the screen now, and why one stopped by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .board import Board, Snapshot
from .text import field

FULL = "The recording stopped: the server has no room left for it."


class Recordings:
    """Writes `recording-changed` onto the board."""

    def __init__(self, *, board: Board, is_mine: Callable[[dict[str, Any]], bool]) -> None:
        self._board = board
        self._is_mine = is_mine

    async def changed(self, data: dict[str, Any]) -> None:
        """`recording-changed`."""
        if not self._is_mine(data):
            return
        listed = data.get("recordings")
        found = [each for each in listed[:20] if isinstance(each, dict)] if isinstance(listed, list) else []
        names = dict.fromkeys(field(each, "technicianName", limit=60) or "Your technician" for each in found)
        self._board.update(recording=" and ".join(names))
        if field(data.get("stopped"), "reason") == "full":
            self._board.update(notice=FULL)


def banner(now: Snapshot) -> str:
    """The sentence of the banner, empty while nothing is recorded or may be."""
    if not (now.recording and "recording" in now.rights):
        return ""
    verb = "record" if " and " in now.recording else "records"
    return f"Recording: {now.recording} {verb} your screen"
