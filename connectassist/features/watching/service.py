"""Watching: a dashboard that shows one device hears who else does, and gets the device's story to begin with.

Each process knows the dashboards that it holds, and of the others' who they are; when anybody comes or goes each tells
its own."""

from __future__ import annotations

from typing import Any, NamedTuple

from connectassist.core import clock
from connectassist.core.errors import DeviceNotFound, EventRefused
from connectassist.features.annotations import queries as annotations
from connectassist.features.annotations.rows import field_row, note_row
from connectassist.features.annotations.service import FIELDS, NOTES
from connectassist.features.device_chat import queries as chat
from connectassist.features.device_chat import service as chat_service
from connectassist.features.device_chat.rows import message_row
from connectassist.features.devices import queries as devices
from connectassist.features.devices.rows import plain_row
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import IT
from connectassist.realtime.shared import Shared

_sends = IT.events.sends
CHANGED = _sends("device_watchers_changed", to="those who watch the device", fields="deviceId watchers",
                 doc="Who watches the device now, by name.")
STATUS = _sends("device_status", to="the sender", fields="device_id hostname status client_id health_score",
                doc="The device's row, as GET /api/devices/:id shows it, without anything secret.")
HISTORY = _sends("device_chat_history", to="the sender", fields="deviceId messages",
                 doc="The last 50 messages of the device's chat, oldest first.")
WATCHERS = _sends("device_watchers", to="the sender", fields="deviceId watchers",
                  doc="Who watches the device, by name.")
LONGEST_ID, MOST_WATCHED = 120, 50


class Watcher(NamedTuple):
    """A socket that watches, and since when, in seconds."""

    connection: Connection
    since: float


#: The sockets here that watch each device, in the order in which they came.
_watching: dict[str, dict[str, Watcher]] = {}
#: And by name, with since when, those of all processes.
_names = Shared("watchers of devices")


def watch(connection: Connection, device_id: str) -> None:
    """Answer with the device and its story, and tell everybody who watches it. A device that isn't there, or not for
    this person, looks like one of which nothing is known. Raises EventRefused."""
    if not 0 < len(device_id) <= LONGEST_ID:
        raise EventRefused("deviceId is a text of at most 120 characters")
    try:
        device = devices.visible_to(connection.principal, device_id)
    except DeviceNotFound:
        return _tell_of_nothing(connection, device_id)
    chat_service.mark_read(device_id, by=connection.principal)
    row, story = plain_row(device), _story(device_id)
    _enter(connection, device_id)
    IT.to_socket(connection, STATUS, row)
    _tell_story(connection, device_id, watchers(device_id), *story)
    return None


def _story(device_id: str) -> tuple[list[dict], list[dict], list[dict]]:
    return ([message_row(message) for message in chat.latest(device_id, limit=50)],
            [note_row(note) for note in annotations.notes_of_device(device_id)],
            [field_row(field) for field in annotations.fields_of_device(device_id)])


def _tell_story(connection: Connection, device_id: str, names: list, messages: list, notes: list,
                fields: list) -> None:
    for event, told in ((HISTORY, {"messages": messages}), (WATCHERS, {"watchers": names}), (NOTES, {"notes": notes}),
                        (FIELDS, {"fields": fields})):
        IT.to_socket(connection, event, {"deviceId": device_id, **told})


def _tell_of_nothing(connection: Connection, device_id: str) -> None:
    names = [connection.principal.name]
    IT.to_socket(connection, CHANGED, {"deviceId": device_id, "watchers": names})
    _tell_story(connection, device_id, names, [], [], [])


def watchers(device_id: str) -> list[str]:
    """Who watches a device: names, each once, whoever came first at the front."""
    parts = [_names.mine.get(device_id, ()), *_names.elsewhere(device_id).values()]
    found = sorted((each for part in parts for each in part), key=lambda each: each[0])
    return list(dict.fromkeys(name for _, name in found))


def _enter(connection: Connection, device_id: str) -> None:
    known = watched_by(connection)
    if device_id not in known:
        for oldest in known[:len(known) + 1 - MOST_WATCHED]:
            unwatch(connection, oldest)
    sockets = _watching.setdefault(device_id, {})
    sockets.setdefault(connection.socket_id, Watcher(connection, clock.now().timestamp()))
    IT.enter(connection, [_room(device_id)])
    _changed(device_id)


def watched_by(connection: Connection) -> list[str]:
    """The devices that a socket watches."""
    return [device_id for device_id, sockets in _watching.items() if connection.socket_id in sockets]


def unwatch(connection: Connection, device_id: str) -> None:
    """Stop watching, and tell the others. Nothing happens where nobody watched."""
    sockets = _watching.get(device_id, {})
    if sockets.pop(connection.socket_id, None) is None:
        return
    if not sockets:
        del _watching[device_id]
    if connection.socket_id in IT.connections:
        IT.leave(connection, [_room(device_id)])
    _changed(device_id)


def unwatch_all(connection: Connection) -> None:
    """A dashboard closed."""
    for device_id in watched_by(connection):
        unwatch(connection, device_id)


def unwatch_out_of_scope(connection: Connection) -> None:
    """Whoever may see less than before stops watching what is out of their sight now."""
    for device_id in watched_by(connection):
        if not _may_see(connection, device_id):
            unwatch(connection, device_id)


def look_again(device_id: str, client_id: int) -> None:
    """A device is another client's now: those who may not see it any more stop watching it."""
    for connection, _ in list(_watching.get(device_id, {}).values()):
        if not connection.principal.may_see(client_id):
            unwatch(connection, device_id)


def _may_see(connection: Connection, device_id: str) -> bool:
    try:
        devices.visible_to(connection.principal, device_id)
    except DeviceNotFound:
        return False
    return True


def _room(device_id: str) -> str:
    """What others send to those who watch a device, wherever they are connected: notes and fields."""
    return f"watch-{device_id}"


def _changed(device_id: str) -> None:
    """Somebody here came or went."""
    here = _watching.get(device_id, {}).values()
    _names.put(device_id, [(each.since, each.connection.principal.name) for each in here] or None)
    _tell_watchers(device_id)


def _changed_elsewhere(process: str, changed: dict[str, Any]) -> None:
    for device_id in changed:
        _tell_watchers(device_id)


def _tell_watchers(device_id: str) -> None:
    """Tell those who watch here."""
    told = {"deviceId": device_id, "watchers": watchers(device_id)}
    for connection, _ in list(_watching.get(device_id, {}).values()):
        IT.to_socket(connection, CHANGED, told)


_names.on_heard.append(_changed_elsewhere)
