"""The last news, numbered, for those who were away for a moment. It stands in memory: after a start of the server, or
too long away, they get the state as it is instead."""

from __future__ import annotations

from collections import deque

from connectassist.core import ids
from connectassist.features.live_line.audiences import News

MOST = 500


class Journal:
    """Keeps the last MOST news."""

    def __init__(self) -> None:
        self._name, self._last = ids.secret()[:8], 0
        self._kept: deque[News] = deque(maxlen=MOST)

    @property
    def cursor(self) -> str:
        """Where the journal stands."""
        return f"{self._name}.{self._last}"

    def add(self, news: News) -> None:
        """Note what is told now."""
        self._last += 1
        news.cursor = self.cursor
        self._kept.append(news)

    def skip(self) -> None:
        """Something happened that nobody was there to hear: whoever asks what came before gets the whole state."""
        self._last += 1
        self._kept.clear()

    def after(self, cursor: str) -> list[News] | None:
        """What was told since; None when that isn't known any more."""
        name, _, number = cursor.partition(".")
        if name != self._name or not number.isdecimal() or len(number) > 15:
            return None
        missed = self._last - int(number)
        if not 0 <= missed <= len(self._kept):
            return None
        return list(self._kept)[len(self._kept) - missed:]
