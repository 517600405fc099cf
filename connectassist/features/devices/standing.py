"""Whether a device may speak: suspended, let in again, signed out."""

from __future__ import annotations

from connectassist.core import audit, foreign
from connectassist.core.db import db
from connectassist.features.devices import queries, service
from connectassist.identity import device_secrets, device_tokens
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, websockets
from connectassist.realtime.everywhere import everywhere
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT

LONGEST_REASON = 200
#: How many devices are looked up in one read.
AT_ONCE = 500


def suspend(device_id: str, *, reason: str = "", by: Principal) -> None:
    """Let a device do nothing any more: its secret and its sign-ins count no longer, its sockets close.
    Raises DeviceNotFound."""
    device = queries.visible_to(by, device_id)
    device_secrets.suspend(device_id)
    _note(by, "suspend", f"Device {device_id} suspended", device.client_id, device_id, reason)
    service.cut_off(device_id)
    announce.device(device.client_id, device_id, suspended=True)


def resume(device_id: str, *, reason: str = "", by: Principal) -> None:
    """Let a device's secret count again; it signs in anew. Raises DeviceNotFound."""
    device = queries.visible_to(by, device_id)
    device_secrets.resume(device_id)
    _note(by, "resume", f"Device {device_id} may work again", device.client_id, device_id, reason)
    announce.device(device.client_id, device_id, suspended=False)


def sign_out(device_id: str, *, reason: str = "", by: Principal) -> None:
    """End every sign-in of a device and close its sockets; it may sign in again with its secret.
    Raises DeviceNotFound."""
    device = queries.visible_to(by, device_id)
    device_tokens.revoke_all(device_id)
    _note(by, "sign_out", f"Device {device_id} signed out", device.client_id, device_id, reason)
    service.cut_off(device_id)


def _note(by: Principal, verb: str, message: str, client_id: int, device_id: str, reason: str) -> None:
    said = foreign.line(reason, LONGEST_REASON)
    audit.record(by, f"device.{verb}", f"{message}: {said}" if said else message, client_id=client_id,
                 device_id=device_id, level="WARNING" if verb == "suspend" else "INFO")
    db.session.commit()


def sweep() -> None:
    """Close the sockets of devices that were suspended or removed elsewhere, or while one of theirs was opening."""
    connected = sorted({each.principal.device_id for each in (
        *GATEWAY.connections.values(), *AGENT.connections.values(), *websockets.OPEN) if each.principal.device_id})
    for begin in range(0, len(connected), AT_ONCE):
        for device_id in device_secrets.refused_among(connected[begin:begin + AT_ONCE]):
            service.cut_off(device_id)


device_tokens.on_revoked.append(everywhere(device_tokens.forget, keep=True))
