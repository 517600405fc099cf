"""Which commands are under way to which device, and which of them have surely arrived.

A push is followed by a ping with a number; the pong with that number tells that all before it has arrived. What was
pushed and not confirmed when its line ends goes back into the queue at once; what has arrived stays with the device,
until it answers or its time is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectassist.core import clock
from connectassist.features.commands.service import Claimed

#: So many commands are under way to a device at a time; the next follows a result.
MOST = 10
#: Seconds after which a push without a sign of its arrival is held for lost, when its device comes over another line.
OVERDUE = 5.0


@dataclass(slots=True)
class Push:
    """One command under way. `line` is the name of the line that carries it, until it has arrived."""

    claimed: Claimed
    line: str | None
    number: int
    until: datetime
    sent: float


class Pushes:
    """What is under way, by device."""

    def __init__(self) -> None:
        self._by_device: dict[str, dict[str, Push]] = {}

    def room(self, device_id: str) -> int:
        """How many more may go."""
        return MOST - len(self._by_device.get(device_id, ()))

    def add(self, device_id: str, claimed: Claimed, *, line: str, number: int) -> None:
        """A command was put on a line."""
        self._by_device.setdefault(device_id, {})[claimed.id] = Push(
            claimed, line, number, claimed.visible_until, clock.monotonic())

    def arrived(self, device_id: str, *, line: str, number: int) -> None:
        """Everything put on this line up to this number is there."""
        for push in self._by_device.get(device_id, {}).values():
            if push.line == line and push.number <= number:
                push.line = None

    def drop(self, device_id: str, command_id: str) -> bool:
        """A command is no longer under way. False when it wasn't."""
        under_way = self._by_device.get(device_id, {})
        was_there = under_way.pop(command_id, None) is not None
        if was_there and not under_way:
            del self._by_device[device_id]
        return was_there

    def extend(self, device_id: str, command_id: str, until: datetime | None) -> None:
        """The device holds on to a command for longer."""
        push = self._by_device.get(device_id, {}).get(command_id)
        if push is not None and until is not None:
            push.until, push.line = until, None

    def lost(self, device_id: str, *, line: str) -> list[Claimed]:
        """A line is over: what it carried and nobody has confirmed, which is under way no more."""
        return self._take(device_id, lambda push: push.line == line)

    def stuck(self, device_id: str) -> list[Claimed]:
        """A device comes over a new line: what went over an older one, which may be dead, and was not confirmed in
        seconds. It is under way no more."""
        long_ago = clock.monotonic() - OVERDUE
        return self._take(device_id, lambda push: push.line is not None and push.sent <= long_ago)

    def _take(self, device_id: str, is_meant: Callable[[Push], bool]) -> list[Claimed]:
        taken = [push.claimed for push in self._by_device.get(device_id, {}).values() if is_meant(push)]
        for claimed in taken:
            self.drop(device_id, claimed.id)
        return taken

    def overdue(self) -> set[str]:
        """Forget what was not answered in its time. The devices that so have room again."""
        moment = clock.now()
        over = [(device_id, command_id) for device_id, under_way in self._by_device.items()
                for command_id, push in under_way.items() if push.until <= moment]
        for device_id, command_id in over:
            self.drop(device_id, command_id)
        return {device_id for device_id, _ in over}
