"""Reads of clients."""

from __future__ import annotations

from sqlalchemy import select

from connectassist.core.db import db
from connectassist.features.clients.models import Client
from connectassist.identity.principal import Principal


def visible_to(by: Principal, *, limit: int = 500) -> list[Client]:
    """The clients in the caller's scope, by name."""
    wanted = select(Client).order_by(Client.name).limit(limit)
    if by.client_ids is not None:
        wanted = wanted.where(Client.id.in_(by.client_ids))
    return list(db.session.scalars(wanted))


def name_of(client_id: int) -> str:
    """A client's name; empty when it is gone."""
    found = db.session.get(Client, client_id)
    return found.name if found else ""
