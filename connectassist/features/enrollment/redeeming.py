"""What a token is good for: which client a machine belongs to, and what it is told to begin with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import update

from connectassist.core import clock
from connectassist.core.db import db, take_turns
from connectassist.core.errors import DeviceAlreadyEnrolled, InvalidEnrollmentToken
from connectassist.core.vault import digest
from connectassist.features.devices import queries as devices
from connectassist.features.enrollment import queries
from connectassist.features.enrollment.models import EnrollmentToken
from connectassist.features.packages import tokens as package_tokens
from connectassist.features.sessions import queries as sessions
from connectassist.features.support_codes import queries as codes

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device
    from connectassist.features.packages.models import Package

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def redeem(token: str, *, device_id: str) -> EnrollmentToken | Package:
    """Use a token up, once, even under parallel calls; the caller commits. A package's token knows its device. Raises
    InvalidEnrollmentToken, and DeviceAlreadyEnrolled for an id that is taken; nothing is used up then."""
    if not _UUID.fullmatch(token):
        return package_tokens.redeem(token, device_id=device_id)
    won = db.session.execute(update(EnrollmentToken).where(
        EnrollmentToken.token_hash == digest(token), *queries.unused()).values(used_at=clock.now(), used_by=device_id),
        execution_options={"synchronize_session": False})
    if won.rowcount != 1:
        raise InvalidEnrollmentToken()
    take_turns("enroll", device_id)
    if devices.arriving(device_id) is not None:
        db.session.rollback()
        raise DeviceAlreadyEnrolled()
    found = queries.with_secret(token)
    assert found is not None
    return found


def introduce(device: Device, package: Package) -> None:
    """A package knows for whom it was made: its code's customer and technician, or its session's."""
    code = codes.by_row(package.support_code_id)
    if code is not None:
        device.customer_name, device.technician_id = code.customer_name, code.technician_id
        device.support_code = code.code
    session = sessions.find_live(package.session_id)
    if session is not None:
        device.customer_name, device.technician_id = session.customer_name, session.technician_id
