"""A shared table whose changes are told at once, before whatever is told next: for what somebody may speak of in the
very next moment, as a device does that answers a question."""

from __future__ import annotations

from typing import Any

from connectassist.realtime.shared import Shared


class Prompt(Shared):
    """The others know of an entry before they hear anything that is told after it."""

    def put(self, key: str, value: Any) -> bool:
        """Set an entry of ours; None takes it out. Says whether that changed anything."""
        if self.mine.get(key) == value:
            return False
        if value is None:
            del self.mine[key]
        else:
            self.mine[key] = value
        self._bus.tell(self._topic, {"entries": {key: value}})
        return True
