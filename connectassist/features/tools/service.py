"""Tools: a technician's look at, and hand on, the processes, services and event log of a device.

What is under way stands in the memory of the process that holds the asker's socket: an answer goes to that socket and
to nobody else, once, and only from the device that was asked, whichever process holds its socket."""

from __future__ import annotations

from typing import Any

from connectassist.core import audit, foreign
from connectassist.core.db import db
from connectassist.core.errors import Conflict, DeviceOffline, EventRefused
from connectassist.features.devices import queries as devices
from connectassist.features.tools.params import ACTING, checked
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity import principal
from connectassist.realtime.connections import Connection
from connectassist.realtime.everywhere import aside
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.questions import Asked, Key, Questions

REQUEST = AGENT.events.sends("system_tool_request", to="the device", fields="requestId tool params",
                             doc="Use a tool and answer with `system_tool_result`.")
RESULT = IT.events.sends("system_tool_result", to="the sender", fields="deviceId requestId tool success data error",
                         doc="What a tool found, or why it found nothing.")
WAITS_SECONDS, LARGEST_DATA, LONGEST_ID = 60, 1024 * 1024, 64
NO_ANSWER, WENT = "The device did not answer within a minute", "The device went offline"
MOVED = "The device is another client's now"
OPEN = Questions("tools", patience=WAITS_SECONDS)


def request(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
    """Pass a technician's request on to a device. Raises EventRefused, ValidationFailed, RateLimited, DeviceNotFound,
    DeviceOffline, and Conflict while that device works on a request of this id."""
    request_id, by = data["requestId"], connection.principal
    if not 0 < len(request_id) <= LONGEST_ID or not request_id.isprintable():
        raise EventRefused("requestId is a text of at most 64 characters")
    params = checked(data.get("tool"), data.get("params"))
    limiter().spend(limits.TOOL_REQUESTS, "tools asked for by", connection.socket_id)
    device = devices.visible_to(by, data["deviceId"])
    asked = Asked(connection, device.client_id, data["tool"])
    if not AGENT.has_device(device.device_id):
        raise DeviceOffline()
    _note(device.device_id, request_id, asked, params)
    if not AGENT.to_device(data["deviceId"], REQUEST, {"requestId": request_id, "tool": asked.about, "params": params}):
        OPEN.answered((data["deviceId"], request_id))
        raise DeviceOffline()
    return {"deviceId": data["deviceId"], "requestId": request_id, "tool": asked.about}


def _note(device_id: str, request_id: str, asked: Asked, params: dict[str, Any] | None) -> None:
    if (device_id, request_id) in OPEN:
        raise Conflict("The device is at work on this request already")
    OPEN.ask((device_id, request_id), asked)
    if asked.about in ACTING:
        by = asked.asker.principal
        audit.record(by, "tool.request", f"{by.name} used {asked.about} on {device_id}", client_id=asked.client_id,
                     device_id=device_id, request_id=request_id, params=params)
        db.session.commit()


def receive(device_id: str, said: dict[str, Any]) -> None:
    """A device answers. What nobody asked it for is dropped."""
    request_id = said.get("requestId")
    if not isinstance(request_id, str) or (device_id, request_id) not in OPEN:
        return
    answer = {"success": said.get("success") is True, "error": foreign.text(said.get("error"), 500) or None,
              "data": foreign.bounded(said.get("data"), largest=LARGEST_DATA)}
    if not _take((device_id, request_id), answer):
        OPEN.pass_on((device_id, request_id), answer)


def _take(key: Key, answer: dict[str, Any]) -> bool:
    """The answer to a question. False where it wasn't asked here."""
    (device_id, request_id), asked = key, OPEN.answered(key)
    if asked is None:
        return False
    if asked.about in ACTING:
        success, error = answer["success"], answer["error"]
        audit.record(principal.device(device_id), "tool.result", f"{device_id}: {asked.about} "
                     f"{'is done' if success else 'did not work'}", client_id=asked.client_id, device_id=device_id,
                     request_id=request_id, success=success, error=error)
        db.session.commit()
    _answer(device_id, request_id, asked, **answer)
    return True


def give_up() -> int:
    """Answer for devices that take too long, or are gone with the process that held their sockets. Returns for how
    many requests."""
    late, lost = OPEN.overdue(), OPEN.lost()
    _fail(late, NO_ANSWER)
    _fail(lost, WENT)
    return len(late) + len(lost)


def device_went(device_id: str) -> None:
    """A device's last socket closed: whoever waits for it hears so at once."""
    if not AGENT.has_device(device_id):
        _went(device_id)
        OPEN.device_gone(device_id)


def _went(device_id: str) -> None:
    _fail(OPEN.of_device(device_id), WENT)


def moved(device_id: str, client_id: int) -> None:
    """A device is another client's now: what it was asked before is answered for it."""
    _fail(OPEN.of_device(device_id), MOVED)


def asker_went(connection: Connection) -> None:
    """Whoever asked is gone; the answers have nowhere to go."""
    OPEN.of_asker(connection)


def _fail(given_up: list[tuple[Key, Asked]], why: str) -> None:
    for (device_id, request_id), asked in given_up:
        _answer(device_id, request_id, asked, success=False, data=None, error=why)


def _answer(device_id: str, request_id: str, asked: Asked, *, success: bool, data: Any, error: str | None) -> None:
    """Only to a socket that is still there, and whose person may still act for the client."""
    if asked.is_wanted:
        IT.to_socket(asked.asker, RESULT, {"deviceId": device_id, "requestId": request_id, "tool": asked.about,
                                                "success": success, "data": data, "error": error})


OPEN.on_answer.append(lambda key, answer: aside(_take, key, answer))
OPEN.on_gone.append(_went)
