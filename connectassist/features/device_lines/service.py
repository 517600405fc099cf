"""The lines of devices (contract 003's WebSocket): who has one open, and what goes out over it.

A device may have several open, as while it comes back before its old one is known to be dead. All of them may speak;
commands go to the newest, whichever process holds it. The moment a command is queued the server claims it for a device
that has a line, and sends it; what waited is sent when a line opens."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from connectassist.core import clock
from connectassist.core.db import told
from connectassist.core.errors import AppError
from connectassist.features.commands import service as commands
from connectassist.features.commands.service import Claimed
from connectassist.features.commands.states import CANCELLED, CLAIMED
from connectassist.features.device_lines import envelopes
from connectassist.features.device_lines.pushes import Pushes
from connectassist.features.devices import service as devices
from connectassist.identity.principal import Principal
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.everywhere import aside
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.json_lines import JsonLine, Message
from connectassist.realtime.protocol import POLICY
from connectassist.realtime.shared import Shared

log = logging.getLogger(__name__)
#: One more, and the oldest is closed.
MOST_LINES = 3
#: Devices for which something went wrong when their commands were to be sent: it is tried again.
OWED: set[str] = set()
QUEUED, STATE = "queued for a line", "state of a command for a line"


class DeviceLine:
    """One open line of a device."""

    __slots__ = ("_is_pushing", "_is_wanted", "_number", "by", "device_id", "line", "opened_at", "told_ms")

    def __init__(self, by: Principal) -> None:
        assert by.device_id is not None
        self.by, self.device_id = by, by.device_id
        self.line: JsonLine | None = None
        self.told_ms: int | None = None
        self.opened_at = 0.0
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
        self.opened_at = clock.now().timestamp()
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
        queued(self.device_id)

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
        except Exception as problem:
            OWED.add(self.device_id)
            refusal = problem if isinstance(problem, AppError) else told(problem)
            log.warning("commands for %s are sent later: %s", self.device_id, refusal.sentence if refusal else problem,
                        exc_info=refusal is None)
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
            return queued(self.device_id)
        self._number += 1
        for each in claimed:
            PUSHES.add(self.device_id, each, line=self.name, number=self._number)
            self.say({**envelopes.command(each), "requestId": request_id})
        if claimed and self.line and self.line.socket:
            self.line.socket.ping(b"%d" % self._number)
        return None


class Lines:
    """Which lines are open here, by device, the newest last; and since when the others have the newest of theirs."""

    def __init__(self) -> None:
        self._by_device: dict[str, list[DeviceLine]] = {}
        self._opened = Shared("lines of devices")
        self._opened.on_heard.append(lambda process, changed: lines_elsewhere(changed))

    def add(self, line: DeviceLine) -> None:
        """A line is open."""
        lines = self._by_device.setdefault(line.device_id, [])
        lines.append(line)
        self._opened.put(line.device_id, line.opened_at)
        if len(lines) > MOST_LINES and lines[0].line is not None:
            lines[0].line.close(POLICY, "Too many connections of this device")

    def remove(self, line: DeviceLine) -> None:
        """A line is over."""
        left = [each for each in self._by_device.pop(line.device_id, []) if each is not line]
        if left:
            self._by_device[line.device_id] = left
        self._opened.put(line.device_id, left[-1].opened_at if left else None)

    def has(self, line: DeviceLine) -> bool:
        """Is it open?"""
        return line in self._by_device.get(line.device_id, ())

    def newest(self, device_id: str) -> DeviceLine | None:
        """The line that commands go to, if it is one of ours."""
        lines = self._by_device.get(device_id)
        if not lines or (not BUS.is_cut and any((since, process) > (lines[-1].opened_at, BUS.name) for process, since
                                                in self._opened.elsewhere(device_id).items())):
            return None
        return lines[-1]

    def elsewhere(self, device_id: str) -> list[str]:
        """The other processes that have some."""
        return list(self._opened.elsewhere(device_id))

    def has_older(self, device_id: str) -> bool:
        """Are ours older than one that another process has?"""
        return device_id in self._by_device and self.newest(device_id) is None


LINES, PUSHES = Lines(), Pushes()


def push_soon(device_id: str) -> None:
    """Something may wait for a device."""
    line = LINES.newest(device_id)
    if line is not None:
        line.push_soon()


def queued(device_id: str) -> None:
    """Something became claimable for a device: whoever has its newest line sends it. All are told: one may open in
    this moment, and have looked already."""
    push_soon(device_id)
    BUS.tell(QUEUED, {"device_id": device_id}, key=device_id)


@BUS.hears(QUEUED)
def _queued_elsewhere(said: Said, sender: str) -> None:
    push_soon(said["device_id"])


def lines_elsewhere(device_ids: Iterable[str]) -> None:
    """Another process has a line of these devices now, or no more. What is stuck on an older one of ours goes over
    theirs."""
    for device_id in device_ids:
        if not LINES.has_older(device_id):
            push_soon(device_id)
        elif stuck := PUSHES.stuck(device_id):
            aside(_give_back, device_id, stuck)


def _give_back(device_id: str, stuck: list[Claimed]) -> None:
    commands.release(device_id, stuck)
    queued(device_id)


def sweep() -> None:
    """Every few seconds: where a device did not answer in its time, there is room again; and what could not be sent
    while the database was away is."""
    owed = {*PUSHES.overdue(), *OWED}
    OWED.clear()
    for device_id in owed:
        push_soon(device_id)


def changed(row: dict[str, Any]) -> None:
    """A command's state changed, over whichever way."""
    state = {name: row[name] for name in ("device_id", "id", "state", "visible_until")}
    _follow(state)
    for process in LINES.elsewhere(row["device_id"]):
        BUS.tell(STATE, state, to=process)


@BUS.hears(STATE)
def _changed_elsewhere(said: Said, sender: str) -> None:
    _follow(said)


def _follow(state: dict[str, Any]) -> None:
    device_id, command_id = state["device_id"], state["id"]
    if state["state"] == CLAIMED:
        PUSHES.extend(device_id, command_id, clock.read(state["visible_until"]))
    elif PUSHES.drop(device_id, command_id):
        line = LINES.newest(device_id)
        if line is not None and state["state"] == CANCELLED:
            line.say(envelopes.config_update(cancelledCommands=[command_id]))
        push_soon(device_id)


commands.on_queued.append(queued)
commands.on_changed.append(changed)
