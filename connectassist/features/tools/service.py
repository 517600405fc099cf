"""Tools: a technician's look at, and hand on, the processes, services and event log of a device.

What is under way stands in memory: an answer goes to the socket that asked and to nobody else, once, and only from the
device that was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import Conflict, DeviceOffline, EventRefused
from connectassist.features.devices import queries as devices
from connectassist.features.tools.params import ACTING, checked
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity import principal
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, IT

REQUEST = AGENT.events.sends("system_tool_request", to="the device", fields="requestId tool params",
                             doc="Use a tool and answer with `system_tool_result`.")
RESULT = IT.events.sends("system_tool_result", to="the sender", fields="deviceId requestId tool success data error",
                         doc="What a tool found, or why it found nothing.")
WAITS_SECONDS, LARGEST_DATA, LONGEST_ID = 60, 1024 * 1024, 64
NO_ANSWER, WENT = "The device did not answer within a minute", "The device went offline"
MOVED = "The device is another client's now"


@dataclass(frozen=True)
class Asked:
    """A request on its way."""

    connection: Connection
    client_id: int
    tool: str
    began: float


_open: dict[tuple[str, str], Asked] = {}


def request(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    """Pass a technician's request on to a device. Raises EventRefused, ValidationFailed, RateLimited, DeviceNotFound,
    DeviceOffline, and Conflict while that device works on a request of this id."""
    request_id, by = data["requestId"], connection.principal
    if not 0 < len(request_id) <= LONGEST_ID or not request_id.isprintable():
        raise EventRefused("requestId is a text of at most 64 characters")
    params = checked(data.get("tool"), data.get("params"))
    limiter().spend(limits.TOOL_REQUESTS, "tools asked for by", connection.socket_id)
    device = devices.visible_to(by, data["deviceId"])
    asked = Asked(connection, device.client_id, data["tool"], clock.monotonic())
    if AGENT.of_device(device.device_id) is None:
        raise DeviceOffline()
    _note(device.device_id, request_id, asked, params)
    if not AGENT.to_device(data["deviceId"], REQUEST, {"requestId": request_id, "tool": asked.tool, "params": params}):
        _open.pop((data["deviceId"], request_id), None)
        raise DeviceOffline()
    return {"deviceId": data["deviceId"], "requestId": request_id, "tool": asked.tool}


def _note(device_id: str, request_id: str, asked: Asked, params: dict[str, Any] | None) -> None:
    if (device_id, request_id) in _open:
        raise Conflict("The device is at work on this request already")
    _open[device_id, request_id] = asked
    if asked.tool in ACTING:
        by = asked.connection.principal
        audit.record(by, "tool.request", f"{by.name} used {asked.tool} on {device_id}", client_id=asked.client_id,
                     device_id=device_id, request_id=request_id, params=params)
        db.session.commit()


def receive(device_id: str, said: dict[str, Any]) -> None:
    """A device answers. What nobody asked it for is dropped."""
    request_id = said.get("requestId")
    asked = _open.pop((device_id, request_id), None) if isinstance(request_id, str) else None
    if asked is None:
        return
    success, error = said.get("success") is True, foreign.text(said.get("error"), 500) or None
    if asked.tool in ACTING:
        audit.record(principal.device(device_id), "tool.result", f"{device_id}: {asked.tool} "
                     f"{'is done' if success else 'did not work'}", client_id=asked.client_id, device_id=device_id,
                     request_id=request_id, success=success, error=error)
        db.session.commit()
    data = foreign.bounded(said.get("data"), largest=LARGEST_DATA)
    _answer(device_id, request_id, asked, success=success, data=data, error=error)


def give_up() -> int:
    """Answer for devices that take too long. Returns for how many requests."""
    late = [key for key, asked in _open.items() if clock.monotonic() - asked.began > WAITS_SECONDS]
    for key in late:
        _fail(key, NO_ANSWER)
    return len(late)


def device_went(device_id: str) -> None:
    """A device's last socket closed: whoever waits for it hears so at once."""
    if AGENT.of_device(device_id) is None:
        for key in [key for key in _open if key[0] == device_id]:
            _fail(key, WENT)


def moved(device_id: str, client_id: int) -> None:
    """A device is another client's now: what it was asked before is answered for it."""
    for key in [key for key in _open if key[0] == device_id]:
        _fail(key, MOVED)


def asker_went(socket_id: str) -> None:
    """Whoever asked is gone; the answers have nowhere to go."""
    for key in [key for key, asked in _open.items() if asked.connection.socket_id == socket_id]:
        _open.pop(key, None)


def _fail(key: tuple[str, str], why: str) -> None:
    asked = _open.pop(key, None)
    if asked is not None:
        _answer(*key, asked, success=False, data=None, error=why)


def _answer(device_id: str, request_id: str, asked: Asked, *, success: bool, data: Any, error: str | None) -> None:
    """Only to a socket that is still there, and whose person may still act for the client."""
    if asked.connection.principal.is_technician and IT.may_hear(asked.connection, asked.client_id):
        IT.to_socket(asked.connection, RESULT, {"deviceId": device_id, "requestId": request_id, "tool": asked.tool,
                                                "success": success, "data": data, "error": error})
