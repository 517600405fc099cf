"""Devices: enrolling, registering, renaming, removing, and who is online."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import ClientNotFound, DeviceNotFound, DeviceSuspended, Unauthorized
from connectassist.features.clients import queries as clients
from connectassist.features.clients.service import DEFAULT_ID
from connectassist.features.devices import profile as profiles
from connectassist.features.devices import queries, reports, sightings
from connectassist.features.devices.models import Device
from connectassist.http import limits
from connectassist.http.context import settings
from connectassist.http.guard import limiter
from connectassist.identity import device_secrets, principal
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, websockets
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT
from connectassist.realtime.post import Said
from connectassist.realtime.presence import Attended, presence

REPORTED = ("display_name", "os", "platform", "hostname", "arch", "username", "mac_address", "helper_version")


def prove(by: Principal, device_id: str) -> None:
    """Let a caller speak for a device: its own secret, or its bare id where the operator trusts those.
    A device that is not known yet may introduce itself. Raises Unauthorized, DeviceSuspended."""
    if by.kind == principal.DEVICE and by.device_id == device_id:
        return
    if queries.by_id(device_id) is None and by.kind == principal.NOBODY:
        return
    if settings().trust_bare_device_ids and not device_secrets.is_binding(device_id):
        if device_secrets.is_suspended(device_id):
            raise DeviceSuspended()
        return
    raise Unauthorized("This device must show its secret")


def introduce(device_id: str, *, by: Principal, **reported: Any) -> tuple[Device, str | None]:
    """A device says what it is, by itself or again. Raises Unauthorized."""
    prove(by, device_id)
    known = register(device_id, by=by, **reported)
    db.session.commit()
    return known


def register(device_id: str, *, by: Principal, binds: bool = False, **reported: Any) -> tuple[Device, str | None]:
    """Note what a device says of itself; what it leaves out stays as it was. Returns the device and, when
    it is new, the secret that it must keep, which `binds` at once or when it is first shown. The caller commits."""
    device = queries.by_id(device_id)
    secret = None
    if device is None:
        device, secret = _introduced(device_id, by), device_secrets.give(device_id, confirmed=binds)
    for name in REPORTED:
        if reported.get(name):
            setattr(device, name, foreign.text(reported[name], _room(name)))
    if reported.get("allow_unattended") is not None:
        device.allow_unattended = reported["allow_unattended"]
    device.last_ip, device.last_seen = by.address, clock.now()
    return device, secret


def note_seen(device_id: str, *, by: Principal) -> None:
    """A device says over HTTP that it is there. Raises Unauthorized, DeviceNotFound."""
    prove(by, device_id)
    device = queries.by_id(device_id)
    if device is None:
        raise DeviceNotFound()
    device.last_ip, device.last_seen = by.address, clock.now()
    db.session.commit()


def _room(name: str) -> int:
    return Device.__table__.c[name].type.length  # type: ignore[attr-defined]


def _introduced(device_id: str, by: Principal) -> Device:
    if by.kind == principal.NOBODY:  # one with a token counts where the token was made
        limiter().spend(limits.NEW_DEVICES, "devices that introduce themselves", by.address)
    device = Device(device_id=device_id, client_id=DEFAULT_ID)
    db.session.add(device)
    audit.record(by, "device.register", f"Device {device_id} introduced itself", client_id=DEFAULT_ID,
                 device_id=device_id)
    return device


def rename(device_id: str, *, by: Principal, changes: dict[str, str | None]) -> Device:
    """Set customer and machine name; an empty one clears. Raises DeviceNotFound."""
    device = queries.visible_to(by, device_id)
    for name, value in changes.items():
        setattr(device, name, value or None)
    audit.record(by, "device.rename", f"Device {device_id} renamed", client_id=device.client_id, device_id=device_id)
    db.session.commit()
    announce.device(device.client_id, device_id, customer_name=device.customer_name,
                    machine_name=device.machine_name)
    return device


#: Called with a device's id and its new client's, once that is written.
on_moved: list[Callable[[str, int], None]] = []
#: Called with the id of a device that was removed, once that is written.
on_removed: list[Callable[[str], None]] = []


def is_elsewhere(device_id: str, client_id: int | None, *, by: Principal) -> bool:
    """Would the device change hands? Raises DeviceNotFound, ClientNotFound."""
    device, wanted = queries.visible_to(by, device_id), client_id or DEFAULT_ID
    if not clients.name_of(wanted):
        raise ClientNotFound()
    return device.client_id != wanted


def move(device_id: str, client_id: int | None, *, by: Principal) -> None:
    """Give a device to another client; without one, to the default client. Who may see it changes at once.
    Raises DeviceNotFound, ClientNotFound."""
    if not is_elsewhere(device_id, client_id, by=by):
        return
    device = queries.visible_to(by, device_id)
    old, device.client_id = device.client_id, client_id or DEFAULT_ID
    audit.record(by, "device.move", f"Device {device_id} given to {clients.name_of(device.client_id)}",
                 client_id=device.client_id, device_id=device_id, before=old)
    db.session.commit()
    announce.device(old, device_id, removed=True, online=False)
    sightings.changed(device_id)
    for hook in on_moved:
        hook(device_id, device.client_id)


def remove(device_id: str, *, by: Principal) -> None:
    """Deregister a device: its secret stops working and its sockets close. Raises DeviceNotFound."""
    device = queries.visible_to(by, device_id)
    client_id = device.client_id
    device_secrets.forget(device_id)
    db.session.delete(device)
    audit.record(by, "device.remove", f"Device {device_id} removed", client_id=client_id, device_id=device_id)
    db.session.commit()
    announce.device(client_id, device_id, removed=True, online=False)
    cut_off(device_id)
    for hook in on_removed:
        hook(device_id)


#: Called with the id of a device whose every line was cut, in the process in which that was decided.
on_cut_off: list[Callable[[str], None]] = []
CUT_OFF = "cut-off"


def cut_off(device_id: str) -> None:
    """Close every socket that a device has open, of whatever kind, whichever process holds it. What it may do no more
    must be committed before."""
    BUS.tell(CUT_OFF, {"device_id": device_id}, keep=True)
    _close_sockets(device_id)
    for hook in on_cut_off:
        hook(device_id)


@BUS.hears(CUT_OFF)
def _cut_off_elsewhere(said: Said, sender: str) -> None:
    BUS.later(_close_sockets, said["device_id"])


def _close_sockets(device_id: str) -> None:
    for connection in [c for c in GATEWAY.connections.values() if c.device_id == device_id]:
        GATEWAY.close_socket(connection.socket_id)
    for connection in [c for c in AGENT.connections.values() if c.device_id == device_id]:
        AGENT.close(connection)
    websockets.close_device(device_id)


def arrived(device_id: str, *, address: str, socket_id: str, line: Attended | None, is_helper: bool = True) -> None:
    """A device opened a socket; one that takes commands only is no helper. Costs the database nothing now."""
    sightings.note(device_id, address)
    presence.arrive(device_id, socket_id, line=line, is_helper=is_helper)


def departed(device_id: str, *, socket_id: str, last_seen: datetime | None = None) -> None:
    """A device's socket closed, or its beats stay out since `last_seen`."""
    presence.depart(device_id, socket_id)
    if last_seen is not None and not presence.is_online(device_id):
        sightings.note(device_id, at=last_seen)


def beat(device_id: str) -> None:
    """A device's heartbeat. Costs the database nothing now."""
    sightings.note(device_id)


def describe(device_id: str, *, profile: dict[str, Any] | None = None, client_settings: Any = None,
             exe_hash: str = "", **columns: Any) -> None:
    """A device tells of itself: whatever a client may send as contract 000's system_profile or settings, and `columns`
    of its row. What makes no sense is left out. Written a moment later."""
    details = profiles.cleaned(profile or {}) | profiles.cleaned_settings(client_settings)
    if exe_hash:
        details["exe_hash"] = foreign.text(exe_hash[:128], 128)
    reports.add(device_id, details=details, is_profile=profile is not None, **columns)


def on_profile(hook: Callable[[str], None]) -> None:
    """Have `hook` called with the id of each device whose profile was written."""
    reports.on_profile.append(hook)
