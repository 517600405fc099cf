"""Remote access as contract 000's dashboard and agents know it: files, scripts, screenshots, terminal and desktop over
`/it` and `/agent`.

The device's own agent asks the person there; the server lets nothing through before that agent said that it opened.
What agents answer without asking anybody needs a device that was opened for unattended access beforehand. Only whoever
asked hears the answer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from connectassist.core import audit, ids
from connectassist.core.db import db
from connectassist.core.errors import Conflict, DeviceNotFound, DeviceOffline, NotConsented
from connectassist.features.devices import queries as devices
from connectassist.features.remote_access.lines import LINES, PATIENCE, Line
from connectassist.features.remote_access.passages import DESKTOP, TERMINAL, Ask, Opening
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.questions import Asked, Questions, may_act

_sends = AGENT.events.sends
START_TERMINAL = _sends("terminal_start_request", to="the device", fields="requestId itInitiated elevated",
                        doc="A technician asks for a terminal: ask the person there, then `terminal_started` or "
                            "`terminal_denied`.")
START_DESKTOP = _sends("desktop_start_request", to="the device",
                       fields="requestId itInitiated it_username forceOverride",
                       doc="A technician asks for the desktop: ask the person there, then `desktop_started` or "
                           "`desktop_denied`.")
STOP_TERMINAL = _sends("terminal_stop_request", to="the device", fields="", doc="The technician left.")
STOP_DESKTOP = _sends("desktop_stop_request", to="the device", fields="", doc="The technician left.")
STARTS = {TERMINAL: START_TERMINAL, DESKTOP: START_DESKTOP}
STOPS = {TERMINAL: STOP_TERMINAL, DESKTOP: STOP_DESKTOP}
OVER = {TERMINAL: "terminal_stopped", DESKTOP: "desktop_stopped"}
_NOT_OPEN = "Nothing is open on this device for you"
QUESTIONS = Questions(patience=PATIENCE)


class Reached(NamedTuple):
    """A device that may be asked, and whose it is."""

    device_id: str
    client_id: int


def ask(passage: Ask, data: dict[str, Any], *, by: Connection) -> dict[str, str]:
    """Send a device one question; its answer goes to the asker alone.
    Raises DeviceNotFound, NotConsented, RateLimited, DeviceOffline."""
    device = _reach(data, by=by, is_silent=passage.is_silent, action=passage.event)
    request_id = str(data.get("requestId") or "")[:64] or f"{passage.event}-{ids.handle()[:16]}"
    QUESTIONS.ask((device.device_id, passage.answer, request_id), Asked(by, device.client_id))
    QUESTIONS.overdue()  # whoever asked gave up by themselves
    sent = {name: value for name, value in data.items() if name != "deviceId"} | {"requestId": request_id}
    if not AGENT.to_device(device.device_id, passage.to_device, sent):
        raise DeviceOffline()
    return {"requestId": request_id}


def answer(passage: Ask, data: dict[str, Any], *, by: Connection) -> None:
    """A device answers; what nobody asked it, or hears twice, is dropped."""
    asked = QUESTIONS.answered((by.device_id or "", passage.answer, str(data.get("requestId"))))
    if asked is not None and asked.is_wanted:
        IT.to_socket(asked.asker, passage.to_staff, {**data, "deviceId": by.device_id})


def open_line(opening: Opening, data: dict[str, Any], *, by: Connection) -> dict[str, str]:
    """Ask a device for a terminal or its desktop.
    Raises DeviceNotFound, NotConsented, Conflict while a colleague has it, RateLimited, DeviceOffline."""
    device = _reach(data, by=by, is_silent=opening.is_silent, action=opening.event)
    held = LINES.find(device.device_id, opening.kind)
    if held is not None and held.opener is not by:
        raise Conflict(f"{held.opener.principal.name} is using this device's {opening.kind}")
    request_id = f"{opening.kind}-{ids.handle()[:16]}"
    LINES.put(Line(device.device_id, device.client_id, opening.kind, by))
    told = {"requestId": request_id, "itInitiated": True, **dict(opening.extra)}
    if opening.kind == DESKTOP:
        told["it_username"] = by.principal.name
    if not AGENT.to_device(device.device_id, STARTS[opening.kind], told):
        raise DeviceOffline()
    return {"requestId": request_id}


def pass_input(kind: str, event: str, data: dict[str, Any], *, by: Connection) -> None:
    """Pass a technician's input on over an open line. Raises NotConsented."""
    line = LINES.find(str(data.get("deviceId")), kind)
    if line is None or not line.is_open or line.opener is not by or not may_act(by, line.client_id):
        raise NotConsented(_NOT_OPEN)
    AGENT.to_device(line.device_id, event, {name: value for name, value in data.items() if name != "deviceId"})


def close_line(kind: str, data: dict[str, Any], *, by: Connection) -> None:
    """The technician leaves a terminal or desktop."""
    line = LINES.find(str(data.get("deviceId")), kind)
    if line is not None and line.opener is by:
        _end(line)


def heard(kind: str, event: str, data: dict[str, Any], *, by: Connection, opens: bool = False, ends: bool = False,
          ) -> None:
    """A device speaks over a line: to its opener, who must still be allowed to hear it."""
    line = LINES.find(by.device_id or "", kind)
    if line is None or not (line.is_open or opens or ends):
        return
    if not may_act(line.opener, line.client_id):
        _end(line)
        return
    line.is_open = line.is_open or opens
    if ends:
        LINES.drop(line)
    if event != "desktop_frame" or not IT.lags(line.opener):
        IT.to_socket(line.opener, event, {**data, "deviceId": line.device_id})


def technician_gone(connection: Connection) -> None:
    """A dashboard closed: the devices it had open are told."""
    for line in LINES.of_opener(connection):
        _end(line)


def device_gone(connection: Connection) -> None:
    """A device is gone: whoever had it open is told."""
    if AGENT.of_device(connection.device_id or "") is not None:
        return
    for line in LINES.of_device(connection.device_id or ""):
        LINES.drop(line)
        IT.to_socket(line.opener, OVER[line.kind], {"deviceId": line.device_id, "requestId": None, "exitCode": None,
                                                    "reason": "The device went offline."})


def look_again(connection: Connection) -> None:
    """Somebody may see or do less than before: what they may hold no more is over, at the device too."""
    for line in LINES.of_opener(connection):
        if not may_act(connection, line.client_id):
            _take(line, "You may not use this device any more.")


def moved(device_id: str, client_id: int) -> None:
    """A device is another client's now. What it was asked before stays unanswered; lines go on for those who may see
    the new client."""
    QUESTIONS.of_device(device_id)
    for line in LINES.of_device(device_id):
        line.client_id = client_id
        if not may_act(line.opener, client_id):
            _take(line, "This device is another client's now.")


def _take(line: Line, why: str) -> None:
    _end(line)
    IT.to_socket(line.opener, OVER[line.kind], {"deviceId": line.device_id, "requestId": None, "exitCode": None,
                                                "reason": why})


def _end(line: Line) -> None:
    LINES.drop(line)
    AGENT.to_device(line.device_id, STOPS[line.kind], {})


def _reach(data: dict[str, Any], *, by: Connection, is_silent: bool, action: str) -> Reached:
    """The device that is meant, once it is clear that this technician may ask it; on the record."""
    device_id = data.get("deviceId")
    if not isinstance(device_id, str):
        raise DeviceNotFound()
    device = devices.visible_to(by.principal, device_id)
    if is_silent and not device.allow_unattended:
        raise NotConsented("Nobody has allowed access to this device without a question")
    limiter().spend(limits.REMOTE_ACCESS, "remote access", by.socket_id)
    if AGENT.of_device(device_id) is None:
        raise DeviceOffline()
    reached = Reached(device.device_id, device.client_id)
    audit.record(by.principal, f"remote_access.{action}", f"{by.principal.name}: {action} on {device_id}",
                 client_id=device.client_id, device_id=device_id,
                 **audit.gist({name: value for name, value in data.items() if name not in ("deviceId", "requestId")}))
    db.session.commit()
    return reached
