"""Enrollment: a package's token turns a machine into a device with a secret of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectassist.core import audit, ids
from connectassist.core.db import db
from connectassist.features.devices import service as devices
from connectassist.features.packages import tokens
from connectassist.features.sessions import queries as session_queries
from connectassist.features.sessions import service as sessions
from connectassist.features.support_codes import queries as codes
from connectassist.http.context import vault
from connectassist.identity import device_secrets, principal
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device


def enroll(*, token: str, device_id: str, by: Principal, **reported: Any) -> tuple[Device, str]:
    """Redeem a token. Returns the device and its secret, which is shown this once.
    Raises InvalidEnrollmentToken."""
    package = tokens.redeem(token, device_id=device_id)
    code = codes.by_row(package.support_code_id)
    device, _ = devices.register(device_id, by=replace(by, kind=principal.DEVICE, device_id=device_id), **reported)
    device.client_id = package.client_id
    if code is not None:
        device.customer_name, device.technician_id = code.customer_name, code.technician_id
        device.support_code = code.code
    session = session_queries.find_live(package.session_id)
    if session is not None:
        device.customer_name, device.technician_id = session.customer_name, session.technician_id
    device.permanent_password = vault().encrypt(ids.password())
    secret = device_secrets.give(device_id, confirmed=True)
    audit.record(by, "device.enroll", f"Device {device_id} enrolled", client_id=device.client_id, device_id=device_id)
    db.session.commit()
    if package.session_id:
        sessions.adopt(package.session_id, device)
    return device, secret
