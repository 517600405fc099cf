"""How soon tickets are to be answered and solved: everybody's targets, and a client's own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select

from connectassist.core import audit
from connectassist.core.db import db, take_turns
from connectassist.core.errors import ValidationFailed
from connectassist.features.clients import queries as clients
from connectassist.features.tickets import clocks, words
from connectassist.features.tickets.models import ServiceTarget
from connectassist.identity.principal import Principal


def shown(by: Principal, client_id: int | None) -> dict[str, Any]:
    """The targets in force, by priority, and whose each is: the `client`'s, `everybody`'s or the `product`'s. Raises
    ClientNotFound."""
    _require_client(by, client_id)
    own = {each.priority: each for each in _rows(client_id)}
    shared = {each.priority: each for each in _rows(None)}
    return {"client_id": client_id, "targets": {name: _one(name, own if client_id else {}, shared)
                                                for name in words.PRIORITIES}}


def _one(priority: str, own: dict[str, ServiceTarget], shared: dict[str, ServiceTarget]) -> dict[str, Any]:
    for whose, found in (("client", own.get(priority)), ("everybody", shared.get(priority))):
        if found:
            return {"response_minutes": found.response_minutes, "resolution_minutes": found.resolution_minutes,
                    "whose": whose}
    usual = clocks.USUAL[priority]
    return {"response_minutes": usual.response, "resolution_minutes": usual.resolution, "whose": "product"}


def put(wanted: dict[str, dict[str, int] | None], *, client_id: int | None, by: Principal) -> None:
    """Set a client's targets, or everybody's; None of a priority gives its own up. They hold for tickets that are
    opened, reopened or given another priority from now on. Raises ClientNotFound, ValidationFailed."""
    _require_client(by, client_id)
    if any(each and each["response_minutes"] > each["resolution_minutes"] for each in wanted.values()):
        raise ValidationFailed("A ticket can't be solved before it is answered")
    take_turns("targets", str(client_id))
    db.session.execute(delete(ServiceTarget).where(_is_theirs(client_id)))
    db.session.add_all(ServiceTarget(client_id=client_id, priority=name, **told)
                       for name, told in wanted.items() if told)
    audit.record(by, "ticket.targets", "How soon tickets are answered and solved was set", client_id=client_id,
                 targets=wanted)
    db.session.commit()


def _rows(client_id: int | None) -> list[ServiceTarget]:
    return list(db.session.scalars(select(ServiceTarget).where(_is_theirs(client_id))))


def _is_theirs(client_id: int | None) -> ColumnElement[bool]:
    return ServiceTarget.client_id.is_(None) if client_id is None else ServiceTarget.client_id == client_id


def _require_client(by: Principal, client_id: int | None) -> None:
    if client_id is not None:
        clients.in_scope(by, client_id)
