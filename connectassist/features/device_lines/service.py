"""The lines of devices (contract 003's WebSocket): who has one open, and what goes out over it.

A device may have several open, as while it comes back before its old one is known to be dead. All of them may speak;
commands go to the newest. The moment a command is queued the server claims it for a device that has a line, and sends
it; what waited is sent when a line opens."""

from __future__ import annotations

import logging
from typing import Any

from connectassist.core import clock
from connectassist.core.errors import AppError
from connectassist.features.commands import service as commands
from connectassist.features.commands.service import Claimed
from connectassist.features.commands.states import CANCELLED, CLAIMED
from connectassist.features.device_lines import envelopes
from connectassist.features.device_lines.pushes import Pushes
from connectassist.features.devices import service as devices
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.json_lines import JsonLine, Message
from connectassist.realtime.protocol import POLICY

log = logging.getLogger(__name__)
#: One more, and the oldest is closed.
MOST_LINES = 3


class DeviceLine:
    """One open line of a device."""

    __slots__ = ("_is_pushing", "_is_wanted", "_number", "by", "device_id", "line", "told_ms")

    def __init__(self, by: Principal) -> None:
        assert by.device_id is not None
        self.by, self.device_id = by, by.device_id
        self.line: JsonLine | None = None
        self.told_ms: int | None = None
        self._number, self._is_pushing, self._is_wanted = 0, False, False

    @property
    def name(self) -> str:
        """What this line is called among all."""
        return self.line.socket.name if self.line and self.line.socket else ""

    def say(self, message: Message, **options: Any) -> None:
        """Send a message."""
        if self.line is not None:
            self.line.say(message, **options)

    # -- what the line tells ----------------------------------------------------------------------------

    def opened(self) -> None:
        LINES.add(self)
        devices.arrived(self.device_id, address=self.by.address, socket_id=self.name, line=None, is_helper=False)
        commands.release(self.device_id, PUSHES.stuck(self.device_id))
        push_soon(self.device_id)

    def answered(self, payload: bytes) -> None:
        if payload.isdigit():
            PUSHES.arrived(self.device_id, line=self.name, number=int(payload))

    def left(self) -> None:
        LINES.remove(self)
        devices.departed(self.device_id, socket_id=self.name)
        commands.release(self.device_id, PUSHES.lost(self.device_id, line=self.name))
        push_soon(self.device_id)

    # -- commands ---------------------------------------------------------------------------------------

    def push_soon(self) -> None:
        """Send what waits, in a green thread of its own; one is enough."""
        self._is_wanted = True
        if not self._is_pushing:
            self._is_pushing = True
            GATEWAY.socketio.start_background_task(self._push)

    def _push(self) -> None:
        try:
            with GATEWAY.database():
                while self._is_wanted:
                    self._is_wanted = False
                    self._fill()
        except AppError as problem:
            log.warning("commands for %s are sent later: %s", self.device_id, problem.sentence)
        finally:
            self._is_pushing = False

    def _fill(self) -> None:
        """Put commands under way for as long as there are any, and there is room."""
        while (room := PUSHES.room(self.device_id)) > 0 and LINES.newest(self.device_id) is self:
            claimed = commands.claim(self.device_id, limit=room)
            self.deliver(claimed)
            if len(claimed) < room:
                return

    def deliver(self, claimed: list[Claimed], *, request_id: Any = None) -> None:
        """Send commands that were claimed, and ask for a sign that they arrived. If the line is over by now, they go
        back."""
        if not LINES.has(self):
            commands.release(self.device_id, claimed)
            return push_soon(self.device_id)
        self._number += 1
        for each in claimed:
            PUSHES.add(self.device_id, each, line=self.name, number=self._number)
            self.say({**envelopes.command(each), "requestId": request_id})
        if claimed and self.line and self.line.socket:
            self.line.socket.ping(b"%d" % self._number)
        return None


class Lines:
    """Which lines are open, by device; the newest last."""

    def __init__(self) -> None:
        self._by_device: dict[str, list[DeviceLine]] = {}

    def add(self, line: DeviceLine) -> None:
        """A line is open."""
        lines = self._by_device.setdefault(line.device_id, [])
        lines.append(line)
        if len(lines) > MOST_LINES and lines[0].line is not None:
            lines[0].line.close(POLICY, "Too many connections of this device")

    def remove(self, line: DeviceLine) -> None:
        """A line is over."""
        left = [each for each in self._by_device.pop(line.device_id, []) if each is not line]
        if left:
            self._by_device[line.device_id] = left

    def has(self, line: DeviceLine) -> bool:
        """Is it open?"""
        return line in self._by_device.get(line.device_id, ())

    def newest(self, device_id: str) -> DeviceLine | None:
        """The line that commands go to."""
        lines = self._by_device.get(device_id)
        return lines[-1] if lines else None


LINES, PUSHES = Lines(), Pushes()


def push_soon(device_id: str) -> None:
    """Something may wait for a device."""
    line = LINES.newest(device_id)
    if line is not None:
        line.push_soon()


def sweep() -> None:
    """Every few seconds: where a device did not answer in its time, there is room again."""
    for device_id in PUSHES.overdue():
        push_soon(device_id)


def _changed(row: dict[str, Any]) -> None:
    """A command's state changed, over whichever way."""
    device_id, command_id = row["device_id"], row["id"]
    if row["state"] == CLAIMED:
        PUSHES.extend(device_id, command_id, clock.read(row["visible_until"]))
    elif PUSHES.drop(device_id, command_id):
        line = LINES.newest(device_id)
        if line is not None and row["state"] == CANCELLED:
            line.say(envelopes.config_update(cancelledCommands=[command_id]))
        push_soon(device_id)


commands.on_queued.append(push_soon)
commands.on_changed.append(_changed)
