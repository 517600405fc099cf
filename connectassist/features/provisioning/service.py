"""Provisioning: a customer announces a device, and the activation code that they get makes it one of theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock, foreign, ids
from connectassist.core.db import db
from connectassist.core.errors import (
    DeviceAlreadyRegistered,
    DeviceIdTaken,
    DeviceNotProvisioned,
    InvalidActivationCode,
    NotFound,
    Unauthorized,
    WrongCredentials,
)
from connectassist.core.vault import digest
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.provisioning import queries
from connectassist.features.provisioning.models import Provision
from connectassist.http import guard, limits
from connectassist.identity import device_tokens, principal
from connectassist.identity.models import DeviceToken
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

LIFE = timedelta(hours=24)
#: Days that an announcement which came to nothing is kept.
KEPT_DAYS = 30
NAME, LOCATION, MODEL = 120, 200, 120
#: Called with the id of a device and its client's, once it is registered.
on_registered: list[Callable[[str, int], None]] = []


def provision(device_id: str, *, name: str | None, location: str | None, by: Principal,
              client_id: int | None = None) -> tuple[Provision, str]:
    """Announce a device for the caller's client, or for another one that staff may see. Returns the record and the
    activation code, which is shown this once and good for a day. Raises DeviceIdTaken, ClientNotFound, RateLimited."""
    owner = clients.in_scope(by, client_id or by.client_id or 0)
    guard.limiter().spend(limits.PROVISIONS, "announced devices", str(owner.id))
    if device_queries.arriving(device_id) is not None:
        raise DeviceIdTaken()
    moment, code = clock.now(), ids.activation_code()
    made = Provision(device_id=device_id, client_id=owner.id, made_by_id=by.user_id, code_hash=_hash(code),
                     name=foreign.line(name, NAME) or None, location=foreign.line(location, LOCATION) or None,
                     created_at=moment, expires_at=moment + LIFE)
    try:
        db.session.execute(delete(Provision).where(Provision.device_id == device_id, ~queries.is_open()))
        db.session.add(made)
        db.session.flush()
    except IntegrityError as problem:
        db.session.rollback()
        raise DeviceIdTaken("A device with this id has been announced already") from problem
    audit.record(by, "device.provision", f"Device {device_id} announced for {owner.name}", client_id=owner.id,
                 device_id=device_id)
    db.session.commit()
    return made, code


def cancel(provision_id: int, *, by: Principal) -> None:
    """Take an announcement back before the device has come. Raises NotFound."""
    found = queries.visible_to(by, provision_id)
    gone = db.session.execute(delete(Provision).where(Provision.id == found.id, queries.is_open()))
    if gone.rowcount != 1:
        db.session.rollback()
        raise NotFound("There is no such announcement of a device")
    audit.record(by, "device.provision_cancel", f"Announcement of device {found.device_id} taken back",
                 client_id=found.client_id, device_id=found.device_id)
    db.session.commit()


def register(device_id: str, *, code: str, by: Principal, name: str = "", location: str = "", model: str = "",
             ) -> tuple[Device, str]:
    """Make an announced device one of its client's. What the customer called it counts before what it calls itself.
    Returns the device and its secret, which is shown this once. Wrong codes and unknown ids use up a budget of the
    caller's address; a right one is taken all the same. Raises InvalidActivationCode, DeviceNotProvisioned,
    DeviceAlreadyRegistered, RateLimited."""
    try:
        found = _redeem(device_id, code)
    except (InvalidActivationCode, DeviceNotProvisioned) as problem:
        guard.limiter().spend(limits.WRONG_ACTIVATION_CODE, "wrong activation code", by.address)
        announced = queries.of_device(device_id) if isinstance(problem, InvalidActivationCode) else None
        if announced is not None:
            _note_failure(by, "device.activate_failed", f"A wrong activation code for {device_id}", device_id,
                          announced.client_id)
        raise
    try:
        device, secret = devices.register(device_id, by=replace(by, kind=principal.DEVICE, device_id=device_id),
                                          binds=True, display_name=name)
        db.session.flush()
    except IntegrityError as problem:  # the same machine introduced itself another way in the same moment
        db.session.rollback()
        raise DeviceAlreadyRegistered() from problem
    if secret is None:
        db.session.rollback()
        raise DeviceAlreadyRegistered()
    device.client_id = found.client_id
    device.machine_name = found.name or foreign.line(name, NAME) or None
    device.location = found.location or foreign.line(location, LOCATION) or None
    device.model = foreign.line(model, MODEL) or None
    audit.record(by, "device.activate", f"Device {device_id} registered with its activation code",
                 client_id=device.client_id, device_id=device_id)
    db.session.commit()
    announce.device(device.client_id, device_id, online=False, status="offline", customer_name=device.customer_name,
                    machine_name=device.machine_name, last_seen=clock.iso(clock.now()))
    for hook in on_registered:
        hook(device_id, device.client_id)
    return device, secret


def _note_failure(by: Principal, action: str, message: str, device_id: str, client_id: int) -> None:
    """Of ids out of the air nothing is noted; of others no more than an address may try."""
    audit.record(by, action, message, level="WARNING", client_id=client_id, device_id=device_id)
    db.session.commit()


def _redeem(device_id: str, code: str) -> Provision:
    """Use a code up, once, even under parallel calls; the caller commits."""
    won = db.session.execute(update(Provision).where(
        Provision.device_id == device_id, Provision.code_hash == _hash(code), queries.is_open(),
    ).values(registered_at=clock.now()), execution_options={"synchronize_session": False})
    found = queries.of_device(device_id)
    if won.rowcount == 1 and found is not None:
        return found
    db.session.rollback()
    if device_queries.arriving(device_id) is not None:
        raise DeviceAlreadyRegistered()
    if found is None or found.registered_at is not None:
        raise DeviceNotProvisioned()
    raise InvalidActivationCode()


def _hash(code: str) -> str:
    return digest(ids.clean_activation_code(code))


def sign_in(device_id: str, secret: str, *, by: Principal) -> str:
    """A token for a device that shows its secret, however it was registered. Raises WrongCredentials, DeviceSuspended,
    RateLimited."""
    try:
        guard.device_by_secret(device_id, secret)
    except Unauthorized as problem:
        client_id = device_queries.client_of(device_id)
        if client_id is not None:
            _note_failure(by, "device.sign_in_failed", f"A wrong secret for {device_id}", device_id, client_id)
        raise WrongCredentials("The device's id or secret is wrong") from problem
    guard.limiter().spend(limits.GATEWAY_DEVICE, "sign-ins of a device", device_id)
    token = device_tokens.issue(device_id, address=by.address)
    db.session.commit()
    return token


#: Those that came to nothing, and those of devices that are long there.
prune = Rule("announced devices", KEPT_DAYS, Provision.id, queries.forgotten)
prune_sign_ins = Rule("sign-ins of devices that ended", device_tokens.KEPT_DAYS, DeviceToken.token_hash,
                      device_tokens.ended)
