"""Who opens a ticket and what they must tell: contract 000's devices and staff, contract 004's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core.errors import Forbidden, ValidationFailed
from connectassist.features.tickets import queries, service, words
from connectassist.http.guard import require_good_proof
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.tickets.models import Ticket


def ticket(told: dict[str, Any], *, by: Principal) -> Ticket:
    """Open what a request tells of. Raises ValidationFailed, Unauthorized, Forbidden, DeviceNotFound, NotFound."""
    if by.is_signed_in:
        return _of_person(told, by=writer(by))
    device_id = told.pop("device_id") or by.device_id
    if not device_id:  # a person whose sign-in is over must hear so: contract 004's client signs in anew at a 401
        require_good_proof()
    if not device_id or not told["title"]:
        raise ValidationFailed("device_id and title are required")
    del told["client_id"]
    return service.open_by_device(device_id, by=by, **told)


def _of_person(told: dict[str, Any], *, by: Principal) -> Ticket:
    if not told["title"] or not (told["description"] or told["device_id"]):
        raise ValidationFailed("title and description are required")
    for name in ("category", "priority"):
        told[name] = told[name] or None
    if told["priority"] is not None and told["priority"] not in words.PRIORITIES:
        raise ValidationFailed.of("priority", f"must be one of {', '.join(words.PRIORITIES)}")
    if told["category"] is not None:
        told["category"] = _category(told["category"])
    return service.open_by_person(by=by, **told)


def _category(wanted: str) -> str:
    found = words.category(wanted)
    if found is None:
        raise ValidationFailed.of("category", f"must be one of {', '.join(words.CATEGORIES)}")
    return found


def edited(told: dict[str, Any], ticket_id: int, *, by: Principal) -> dict[str, Any]:
    """What a form of contract 004 changes. It sends the category that the ticket has again, which may be one of
    contract 000's. Raises ValidationFailed, and as `visible_to`."""
    wanted = told.get("category")
    if wanted and wanted != queries.visible_to(by, ticket_id).category:
        told["category"] = _category(wanted)
    return told


def writer(by: Principal) -> Principal:
    """The caller, if they may write: viewers only read. Raises Forbidden."""
    if by.is_staff and not by.is_technician:
        raise Forbidden()
    return by
