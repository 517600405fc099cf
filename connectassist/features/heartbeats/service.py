"""Heartbeats of devices at the gateway (contract 003): gathered and written for many at once; presence is in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectassist.core import clock, foreign
from connectassist.core.errors import DeviceNotFound, Unavailable
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.heartbeats import beats
from connectassist.features.heartbeats.attendance import Attendance
from connectassist.features.heartbeats.beats import Beat
from connectassist.features.heartbeats.pace import Pace
from connectassist.identity.principal import Principal
from connectassist.realtime.everywhere import everywhere

OFFLINE = "offline"
STATUSES = ("online", "busy", "error", "healthy", "degraded", OFFLINE)
#: The largest that is kept of what a device tells, in bytes.
METRICS, DIAGNOSTICS = 8_192, 32_768
#: Its place among the sockets of a device that is online by its beats.
BY_BEATS = "heartbeats"
#: Seconds that a device waits when there is no room for its beat.
FULL = 15
#: Seconds by which the sweep is late when nobody could be heard.
DEAF = 5.0
#: Called for each beat with the device's id, its client's, its status and its metrics. They must not wait.
on_beat: list[Callable[[str, int, str, dict[str, Any] | None], None]] = []
attendance, pace = Attendance(), Pace()


def note(device_id: str, *, status: str, metrics: dict[str, Any] | None, diagnostics: Any,
         timestamp: datetime | None, by: Principal) -> int:
    """A device says how it is. Returns the milliseconds until its next beat. Raises DeviceNotFound, Unavailable."""
    client_id = device_queries.client_of(device_id)
    if client_id is None:
        raise DeviceNotFound()
    seconds = pace.next(device_id, of=len(attendance) + 1)
    _attend(device_id, status, seconds=seconds, address=by.address)
    kept = foreign.bounded(metrics, largest=METRICS) if metrics is not None else None
    beat = Beat(device_id, clock.now(), timestamp, status, kept,
                foreign.bounded(diagnostics, largest=DIAGNOSTICS) if diagnostics is not None else None)
    if not beats.keep(beat):
        raise Unavailable("The server has too many heartbeats to write. Send the next one a little later",
                          retry_after=FULL)
    for hook in on_beat:
        hook(device_id, client_id, status, kept)
    return round(seconds * 1000)


def _attend(device_id: str, status: str, *, seconds: float, address: str) -> None:
    if status == OFFLINE:
        _forget_everywhere(device_id)
        return
    attendance.note(device_id, seconds=seconds)
    devices.arrived(device_id, address=address, socket_id=BY_BEATS, line=None, is_helper=False)


def forget(device_id: str) -> None:
    """A device is offline as far as its beats go: it said so, or may say nothing any more."""
    if attendance.forget(device_id):
        devices.departed(device_id, socket_id=BY_BEATS)


def sweep() -> None:
    """Show those as offline whose beats stay out, and see how the loop keeps up. After a time in which the server
    itself heard nothing, the beats that lie there unread come first."""
    if pace.look() > DEAF:
        return
    for device_id, last_beat in attendance.missing():
        devices.departed(device_id, socket_id=BY_BEATS, last_seen=last_beat)


#: Its last beat may have come to another process.
_forget_everywhere = everywhere(forget)
devices.on_cut_off.append(_forget_everywhere)
