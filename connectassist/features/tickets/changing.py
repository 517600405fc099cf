"""What may be changed of a ticket, by whom, and what follows from it. Nothing here commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import Forbidden, ValidationFailed
from connectassist.features.cases import queries as cases
from connectassist.features.devices import queries as devices
from connectassist.features.sessions import queries as sessions
from connectassist.features.tickets import clocks, queries, words
from connectassist.features.tickets.models import Ticket
from connectassist.identity import principal
from connectassist.identity.models import ADMIN, TECHNICIAN, User
from connectassist.identity.principal import Principal

WAITING = "waiting_for_customer"
#: What a customer may put right, and the states that they may choose: they withdraw it, find it solved, or not.
CUSTOMERS = frozenset(("title", "description", "category", "priority", "status"))
CUSTOMERS_STATES = (words.OPEN, words.RESOLVED, words.CLOSED, words.CANCELLED)
#: Who opens a ticket again so soon after closing it has thought better of it.
SLIP = timedelta(minutes=1)
_CLEAN: dict[str, Callable[[Any], Any]] = {
    "title": partial(words.line, limit=words.LONGEST_TITLE), "description": words.paragraphs,
    "resolution": words.paragraphs, "category": partial(words.line, limit=words.LONGEST_CATEGORY)}
_LINKS: dict[str, Callable[[Principal, str], Any]] = {
    "device_id": devices.visible_to, "session_id": sessions.visible_to, "case_id": cases.visible_to}


def differences(ticket: Ticket, changes: dict[str, Any], *, by: Principal) -> dict[str, Any]:
    """What of the wanted is not so yet. Raises ValidationFailed, Forbidden, and as a link's own feature for a device,
    session or case out of scope."""
    cleaned = {name: _CLEAN[name](value) if name in _CLEAN else value for name, value in changes.items()}
    wanted = {name: value for name, value in cleaned.items() if value != _now(ticket, name)}
    _check(wanted)
    if queries.is_customer(by):
        return _of_customer(wanted)
    for name in _LINKS:
        if wanted.get(name):
            _require_same_client(ticket, name, _LINKS[name](by, wanted[name]))
    if wanted.get("assigned_to") and not may_take(wanted["assigned_to"], ticket):
        raise ValidationFailed("assigned_to must be a technician of this client, or an admin")
    return wanted


def _now(ticket: Ticket, name: str) -> Any:
    return ticket.waiting_since is not None if name == WAITING else getattr(ticket, name)


def _check(wanted: dict[str, Any]) -> None:
    for name, values in (("status", words.STATUSES), ("priority", words.PRIORITIES)):
        if name in wanted and wanted[name] not in values:
            raise ValidationFailed(f"{name} must be one of {', '.join(values)}")
    if "title" in wanted and wanted["title"] is None:
        raise ValidationFailed("A ticket needs a title")


def _of_customer(wanted: dict[str, Any]) -> dict[str, Any]:
    """Contract 004's form sends everything, also who works on it: what is none of a customer's business stays."""
    if wanted.get("status", words.OPEN) not in CUSTOMERS_STATES:
        raise Forbidden("Only support staff may do this", detail="You may withdraw, close and reopen your ticket")
    return {name: value for name, value in wanted.items() if name in CUSTOMERS or (name == WAITING and not value)}


def _require_same_client(ticket: Ticket, name: str, found: Any) -> None:
    if found.client_id != ticket.client_id:
        raise ValidationFailed(f"{name} belongs to another client than the ticket")


def may_take(user_id: int, ticket: Ticket) -> bool:
    """May this account work on the ticket: does it act, and see its client?"""
    user = db.session.get(User, user_id)
    if user is None or not user.is_active or user.role not in (ADMIN, TECHNICIAN):
        return False
    return principal.of_user(user).may_see(ticket.client_id)


def apply(ticket: Ticket, wanted: dict[str, Any], *, by: Principal) -> dict[str, list[Any]]:
    """Make the changes, and set the clocks by them. What was and what is, by field."""
    before = {name: _now(ticket, name) for name in (*wanted, "status", WAITING)}
    for name, value in wanted.items():
        if name != WAITING:
            setattr(ticket, name, value)
    _set_clocks(ticket, wanted, before=before["status"], by=by)
    after = {name: _now(ticket, name) for name in before}
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _set_clocks(ticket: Ticket, wanted: dict[str, Any], *, before: str, by: Principal) -> None:
    moment = clock.now()
    if "priority" in wanted:
        clocks.aim(ticket)
    if ticket.status != before:
        _note_status(ticket, before=before, by=by)
    if wanted.get(WAITING):
        clocks.wait(ticket, moment)
        clocks.answered(ticket, moment)
    elif WAITING in wanted:
        clocks.go_on(ticket, moment)


def _note_status(ticket: Ticket, *, before: str, by: Principal) -> None:
    """A ticket is solved at one moment, until somebody takes it up again; then its clocks begin anew, unless staff only
    take back what they have just done."""
    moment = clock.now()
    if ticket.status in words.LIVE and before not in words.LIVE:
        ticket.resolved_at = None
        if by.is_staff and ticket.updated_at and moment - ticket.updated_at < SLIP:
            clocks.wind(ticket)
        else:
            clocks.start(ticket, moment)
    elif ticket.status == words.RESOLVED:
        ticket.resolved_at = moment
    if ticket.status not in words.LIVE:
        clocks.go_on(ticket, moment)
        clocks.wind(ticket)
    if by.is_staff:
        clocks.answered(ticket, moment)
