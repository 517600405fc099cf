"""Who opens a ticket and what they must tell: contract 000's devices and staff, contract 004's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core.errors import Forbidden, ValidationFailed
from connectassist.features.tickets import service
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.tickets.models import Ticket


def ticket(told: dict[str, Any], *, by: Principal) -> Ticket:
    """Open what a request tells of. Raises ValidationFailed, Unauthorized, Forbidden, DeviceNotFound, NotFound."""
    if by.is_signed_in:
        return _of_person(told, by=writer(by))
    device_id = told.pop("device_id") or by.device_id
    if not device_id or not told["title"]:
        raise ValidationFailed("device_id and title are required")
    del told["client_id"]
    return service.open_by_device(device_id, by=by, **told)


def _of_person(told: dict[str, Any], *, by: Principal) -> Ticket:
    if not told["title"] or not (told["description"] or told["device_id"]):
        raise ValidationFailed("title and description are required")
    return service.open_by_person(by=by, **told)


def writer(by: Principal) -> Principal:
    """The caller, if they may write: viewers only read. Raises Forbidden."""
    if by.is_staff and not by.is_technician:
        raise Forbidden()
    return by
