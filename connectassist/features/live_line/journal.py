"""The last news, numbered, for those who were away for a moment. It stands in memory: after a start of the server, or
too long away, they get the state as it is instead.

Each process numbers what happened in it, and keeps what it hears of the others'. So a cursor names how far each of them
was told, `a1b2.17_c3d4.4`, and whoever comes back to another process misses nothing there either."""

from __future__ import annotations

import secrets
from collections import deque

from connectassist.features.live_line.audiences import News

MOST = 500
#: Processes whose news are known; one that is started again has another name.
MOST_PROCESSES, LONGEST_CURSOR = 64, 4096


class Journal:
    """Keeps the last MOST news."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(4)
        self._last: dict[str, int] = {self.name: 0}
        self._gone: dict[str, int] = {self.name: 0}
        self._kept: deque[News] = deque()

    @property
    def positions(self) -> dict[str, int]:
        """The number of the newest of each process."""
        return dict(self._last)

    @property
    def last(self) -> int:
        """The number of the newest of ours."""
        return self._last[self.name]

    @property
    def cursor(self) -> str:
        """Where the journal stands."""
        return "_".join(f"{name}.{number}" for name, number in self._last.items())

    def add(self, news: News) -> int:
        """Note what is told now. Returns its number."""
        self._note(news, self.name, self.last + 1)
        return self.last

    def add_of(self, name: str, number: int, news: News) -> bool | None:
        """Note what another process tells. False when something before it was missed; None for what is known."""
        known = self._last.get(name)
        if known is not None and number <= known:
            return None
        is_next = number == (known or 0) + 1
        if not is_next:
            self._miss(name, number - 1)
        self._note(news, name, number)
        return is_next

    def stands(self, name: str, number: int) -> bool:
        """Another process says how far it is. False when something was missed."""
        if number <= self._last.get(name, 0):
            self._last.setdefault(name, 0)
            self._gone.setdefault(name, 0)
            return True
        self._miss(name, number)
        return False

    def learn(self, positions: dict[str, int]) -> None:
        """Another process says how far others were. Who is known already tells that itself; who is not may be gone, and
        those whom it told all may come back here."""
        for name in positions.keys() - self._last.keys():
            self._miss(name, positions[name])

    def skip(self) -> None:
        """Something happened that nobody was there to hear: whoever asks what came before gets the whole state."""
        self._miss(self.name, self.last + 1)

    def after(self, cursor: str) -> list[News] | None:
        """What was told since; None when that isn't known any more."""
        seen = _read(cursor)
        if seen is None or not seen.keys() <= self._last.keys() or seen.get(self.name, 0) > self.last:
            return None
        if any(seen.get(name, 0) < gone for name, gone in self._gone.items()):
            return None
        return [news for news in self._kept if news.number > seen.get(news.process, 0)]

    def _note(self, news: News, name: str, number: int) -> None:
        self._last[name], news.process, news.number = number, name, number
        self._gone.setdefault(name, 0)
        news.cursor = self.cursor
        self._kept.append(news)
        if len(self._kept) > MOST:
            oldest = self._kept.popleft()
            if oldest.process in self._gone:
                self._gone[oldest.process] = max(oldest.number, self._gone[oldest.process])

    def _miss(self, name: str, number: int) -> None:
        """What a process told up to here is not known in full."""
        self._last[name] = self._gone[name] = number
        while len(self._last) > MOST_PROCESSES:
            longest_known = next(each for each in self._last if each != self.name)
            del self._last[longest_known], self._gone[longest_known]


def _read(cursor: str) -> dict[str, int] | None:
    """How far each process was told."""
    parts = [part.partition(".") for part in cursor[:LONGEST_CURSOR].split("_")]
    if any(not number.isdecimal() or len(number) > 15 for _, _, number in parts):
        return None
    return {name: int(number) for name, _, number in parts}
