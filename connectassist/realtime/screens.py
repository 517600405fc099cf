"""The sessions whose customer's screen comes over a VNC connection now. In memory, as presence is."""

from __future__ import annotations

#: Ids of sessions; the VNC feature keeps them, session rows show them.
UP: set[str] = set()
#: The TCP port that takes reverse VNC connections, once it is open.
listener: int | None = None
