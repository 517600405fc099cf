"""How an announced device, and one that has just come, are shown (contract 003)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device
    from connectassist.features.provisioning.models import Provision

INSTRUCTIONS = ("On the device, open its set-up and type the device id {device_id} and the activation code {code}. "
                "Capital letters, spaces and dashes don't matter. The code works once, within 24 hours, and only for "
                "this device id; it is shown this once. The device asks {server} for it.")


def announced(provision: Provision, code: str, *, server: str) -> dict[str, Any]:
    """The answer to an announcement, with what to type where."""
    return {"device": {"id": provision.device_id, "activationCode": code, "expiresAt": provision.expires_at,
                       "name": provision.name, "location": provision.location},
            "instructions": INSTRUCTIONS.format(device_id=provision.device_id, code=code, server=server),
            "provision": provision_row(provision)}


def provision_row(provision: Provision) -> dict[str, Any]:
    """A device that is expected. The code is never shown again."""
    return {"id": provision.id, "deviceId": provision.device_id, "customerId": str(provision.client_id),
            "name": provision.name, "location": provision.location, "createdAt": provision.created_at,
            "expiresAt": provision.expires_at}


def registered(device: Device, secret: str) -> dict[str, Any]:
    """The answer to a device that has just become one of its client's; the original's agent reads the outer id."""
    return {"success": True, "deviceId": device.device_id, "deviceSecret": secret,
            "device": {"id": device.device_id, "status": "active", "customerId": str(device.client_id),
                       "registeredAt": device.created_at, "name": device.machine_name, "location": device.location},
            "message": "Keep the deviceSecret: it is shown this once."}
