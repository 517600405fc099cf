"""A table of which each process of the site writes its own part and knows all parts: who is where.

    TABLE = Shared("people")
    TABLE.put("7", 1)                # ours; None takes it out
    TABLE.elsewhere("7")             # {process: value} of the others
    TABLE.on_heard.append(hook)      # hook(process, {key: value or None}): what is new of another's part

Values are small and JSON. A process' part is told as a whole to whoever is new or was cut off, and from then on what
changes of it, gathered. It stays as it was known last until its process is gone or tells it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectassist.realtime.bus import BUS, Bus

#: How many entries travel in one message, and the pause after each message of changes, in seconds.
AT_ONCE, PAUSE = 1000, 0.05


class Shared:
    """One table. `mine` is this process' part, `theirs` are the others', by process."""

    def __init__(self, topic: str, *, bus: Bus = BUS) -> None:
        self.mine: dict[str, Any] = {}
        self.theirs: dict[str, dict[str, Any]] = {}
        self.on_heard: list[Callable[[str, dict[str, Any]], None]] = []
        self._topic, self._bus = topic, bus
        self._due: dict[str, None] = {}
        self._is_telling = False
        self._untold: dict[str, set[str]] = {}
        bus.hears(topic)(self._hear)
        bus.on_hello.append(self._tell_all)
        bus.on_gone.append(self._forget)

    def put(self, key: str, value: Any) -> bool:
        """Set an entry of ours; None takes it out. Says whether that changed anything."""
        if self.mine.get(key) == value:
            return False
        if value is None:
            del self.mine[key]
        else:
            self.mine[key] = value
        if not self._bus.is_alone:
            self._tell_of(key)
        return True

    def elsewhere(self, key: str) -> dict[str, Any]:
        """The entry in the parts of the other processes that have one."""
        return {process: part[key] for process, part in self.theirs.items() if key in part}

    def hears_all_of(self, process: str) -> bool:
        """Does a process tell its part as a whole at this moment?"""
        return process in self._untold

    def clear(self) -> None:
        """Forget everything, without a word."""
        self.mine.clear()
        self.theirs.clear()

    # -- telling ----------------------------------------------------------------------------------------

    def _tell_of(self, key: str) -> None:
        """Soon, with what else changes meanwhile."""
        self._due[key] = None
        if not self._is_telling:
            self._is_telling = True
            self._bus.later(self._tell_changes)

    def _tell_changes(self) -> None:
        try:
            while self._due:
                keys = list(self._due)[:AT_ONCE]
                for key in keys:
                    del self._due[key]
                self._bus.tell(self._topic, {"entries": {key: self.mine.get(key) for key in keys}})
                self._bus.sleep(PAUSE)
        finally:
            self._is_telling = False

    def _tell_all(self, peer: str) -> None:
        keys = list(self.mine)
        for begin in range(0, len(keys) or 1, AT_ONCE):
            self._bus.tell(self._topic, {
                "entries": {key: self.mine[key] for key in keys[begin:begin + AT_ONCE]},
                "is_first": begin == 0, "is_last": begin + AT_ONCE >= len(keys)}, to=peer)

    # -- hearing ----------------------------------------------------------------------------------------

    def _hear(self, said: dict[str, Any], sender: str) -> None:
        """What is not told again in a whole is no more."""
        part = self.theirs.setdefault(sender, {})
        if said.get("is_first"):
            self._untold[sender] = {*part}
        untold = self._untold.get(sender, set())
        untold.difference_update(said["entries"])
        self._apply(sender, part, said["entries"])
        if said.get("is_last"):
            self._apply(sender, part, dict.fromkeys(untold))
            self._untold.pop(sender, None)

    def _apply(self, sender: str, part: dict[str, Any], entries: dict[str, Any]) -> None:
        changed = {key: value for key, value in entries.items() if part.get(key) != value}
        for key, value in changed.items():
            if value is None:
                del part[key]
            else:
                part[key] = value
        self._say(sender, changed)

    def _forget(self, peer: str) -> None:
        self._untold.pop(peer, None)
        self._say(peer, dict.fromkeys(self.theirs.pop(peer, {})))

    def _say(self, sender: str, changed: dict[str, Any]) -> None:
        for hook in self.on_heard if changed else ():
            hook(sender, changed)
