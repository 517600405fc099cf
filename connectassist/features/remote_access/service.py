"""Remote access as contract 000's dashboard and agents know it: files, scripts, screenshots, terminal and desktop over
`/it` and `/agent`.

The device's own agent asks the person there; the server lets nothing through before that agent said that it opened.
What agents answer without asking anybody needs a device that was opened for unattended access beforehand. Only whoever
asked hears the answer. Where the device's socket is held by another process than the technician's, what the device says
is passed on to the technician's, which judges it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from connectassist.core import audit, ids
from connectassist.core.db import db
from connectassist.core.errors import Conflict, DeviceNotFound, DeviceOffline, NotConsented
from connectassist.features.devices import queries as devices
from connectassist.features.remote_access.lines import LINES, PATIENCE, Line, parts
from connectassist.features.remote_access.passages import ASKS, DESKTOP, TERMINAL, Ask, Opening
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.questions import Asked, Key, Questions, may_act

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
QUESTIONS = Questions("remote access", patience=PATIENCE)
FRAME = "desktop_frame"
SAID, GONE = "said over a line", "gone from its lines"
#: Devices whose lines were closed while Redis was away, by the process where their technicians are.
_stopped: dict[str, set[str]] = {}
_TO_STAFF = {passage.answer: passage.to_staff for passage in ASKS}


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
    key = (by.device_id or "", passage.answer, str(data.get("requestId"))[:64])
    if not _answered(key, data):
        QUESTIONS.pass_on(key, data)


def _answered(key: Key, data: dict[str, Any]) -> bool:
    """The answer to a question. False where it wasn't asked here."""
    asked = QUESTIONS.answered(key)
    if asked is not None and asked.is_wanted:
        IT.to_socket(asked.asker, _TO_STAFF[key[1]], {**data, "deviceId": key[0]})
    return asked is not None


def open_line(opening: Opening, data: dict[str, Any], *, by: Connection) -> dict[str, str]:
    """Ask a device for a terminal or its desktop.
    Raises DeviceNotFound, NotConsented, Conflict while a colleague has it, RateLimited, DeviceOffline."""
    device = _reach(data, by=by, is_silent=opening.is_silent, action=opening.event)
    held = LINES.find(device.device_id, opening.kind)
    if held is not None and held.opener is not by:
        raise _in_use(held.opener.principal.name, opening.kind)
    if colleague := LINES.opener_elsewhere(device.device_id, opening.kind):
        raise _in_use(colleague, opening.kind)
    request_id = f"{opening.kind}-{ids.handle()[:16]}"
    line = Line(device.device_id, device.client_id, opening.kind, by)
    LINES.put(line)
    told = {"requestId": request_id, "itInitiated": True, **dict(opening.extra)}
    if opening.kind == DESKTOP:
        told["it_username"] = by.principal.name
    if not AGENT.to_device(device.device_id, STARTS[opening.kind], told):
        LINES.drop(line)
        raise DeviceOffline()
    return {"requestId": request_id}


def _in_use(name: str, kind: str) -> Conflict:
    return Conflict(f"{name} is using this device's {kind}")


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
    """A device speaks over a line."""
    device_id = by.device_id or ""
    process = None if LINES.find(device_id, kind) else LINES.process_of(device_id, kind)
    if process is None:
        _pass_on(device_id, kind, event, data, opens=opens, ends=ends)
        return
    said = {"device_id": device_id, "kind": kind, "event": event, "data": data, "opens": opens, "ends": ends}
    BUS.tell(SAID, said, to=process, key=device_id if event == FRAME else None)


@BUS.hears(SAID)
def _heard_elsewhere(said: Said, sender: str) -> None:
    _pass_on(said["device_id"], said["kind"], said["event"], said["data"], opens=said["opens"],
             ends=said["ends"])


def _pass_on(device_id: str, kind: str, event: str, data: dict[str, Any], *, opens: bool, ends: bool) -> None:
    """What a device says goes to the line's opener, who must still be allowed to hear it."""
    line = LINES.find(device_id, kind)
    if line is None or not (line.is_open or opens or ends):
        return
    if not may_act(line.opener, line.client_id):
        _end(line)
        return
    if opens:
        LINES.opened(line)
    if ends:
        LINES.drop(line)
    if event != FRAME or not IT.lags(line.opener):
        IT.to_socket(line.opener, event, {**data, "deviceId": line.device_id})


def technician_gone(connection: Connection) -> None:
    """A dashboard closed: the devices it had open are told."""
    for line in LINES.of_opener(connection):
        _end(line)


def device_gone(connection: Connection) -> None:
    """A device is gone: whoever had it open is told."""
    device_id = connection.device_id or ""
    if AGENT.has_device(device_id):
        return
    _close_all(LINES.of_device(device_id))
    for kind in STARTS:
        if process := LINES.process_of(device_id, kind):
            BUS.tell(GONE, {"device_id": device_id}, to=process)


@BUS.hears(GONE)
def _gone_elsewhere(said: Said, sender: str) -> None:
    _close_all(LINES.of_device(said["device_id"]))


def sweep() -> None:
    """Tell those whose device is gone together with the process that held its sockets, and forget what was never
    answered."""
    for line in LINES.all():
        if line.is_stale:
            LINES.drop(line)
    _close_all([line for line in LINES.all() if not AGENT.has_device(line.device_id)])


def _close_all(lines: list[Line]) -> None:
    for line in lines:
        LINES.drop(line)
        _tell_over(line, "The device went offline.")


def _lines_elsewhere(process: str, changed: dict[str, Any]) -> None:
    """Another process has lines now, or no more. Of two that were asked for at once the sooner one stays: the device is
    told nothing of the other, or it would close both. What a process left open that is gone, nobody else will close."""
    for line in filter(None, map(LINES.beaten, changed)):
        LINES.drop(line)
        _tell_over(line, f"{LINES.opener_elsewhere(line.device_id, line.kind)} is using this device's {line.kind}.")
    if process not in BUS.peers:
        _stop(changed)


def _cut_off(is_cut: bool) -> None:
    """Redis is away: no technician of another process hears our devices any more. Those who noticed nothing, since we
    alone were cut off, hear it afterwards."""
    if is_cut:
        _stopped.update({process: _stop(lines) for process, lines in LINES.shared.theirs.items()})
        return
    for process, device_ids in _stopped.items():
        for device_id in device_ids:
            BUS.tell(GONE, {"device_id": device_id}, to=process)
    _stopped.clear()


def _stop(names: Iterable[str]) -> set[str]:
    """Close lines that nobody here has open. The devices that were told."""
    open_ones = [(device_id, kind) for device_id, kind in map(parts, names) if LINES.find(device_id, kind) is None]
    return {device_id for device_id, kind in open_ones if AGENT.to_device_here(device_id, STOPS[kind], {})}


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
    _tell_over(line, why)


def _tell_over(line: Line, why: str) -> None:
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
    if not AGENT.has_device(device_id):
        raise DeviceOffline()
    reached = Reached(device.device_id, device.client_id)
    audit.record(by.principal, f"remote_access.{action}", f"{by.principal.name}: {action} on {device_id}",
                 client_id=device.client_id, device_id=device_id,
                 **audit.gist({name: value for name, value in data.items() if name not in ("deviceId", "requestId")}))
    db.session.commit()
    return reached


QUESTIONS.on_answer.append(_answered)
LINES.shared.on_heard.append(_lines_elsewhere)
BUS.on_change.append(_cut_off)
