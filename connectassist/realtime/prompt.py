"""A shared table whose changes are told at once, before whatever is told next: for what somebody may speak of in the
very next moment, as a device does that answers a question."""

from __future__ import annotations

from connectassist.realtime.shared import Shared


class Prompt(Shared):
    """The others know of an entry before they hear anything that is told after it."""

    def _tell_of(self, key: str) -> None:
        self._bus.tell(self._topic, {"entries": {key: self.mine.get(key)}})
