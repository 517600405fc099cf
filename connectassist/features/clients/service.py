"""Clients: what must exist before anything else does."""

from __future__ import annotations

from sqlalchemy import select

from connectassist.core.db import db
from connectassist.core.errors import NotFound
from connectassist.features.clients.models import DEFAULT_ID, Client
from connectassist.identity.principal import Principal


def ensure_default() -> None:
    """Make the client `default` (id 1) on the first start."""
    if db.session.get(Client, DEFAULT_ID) is None:
        db.session.add(Client(id=DEFAULT_ID, name="Default", slug="default"))
        db.session.commit()


def choose(by: Principal, wanted: int | None) -> int:
    """The client a new thing of this caller belongs to: the wanted one, else the first in scope. Raises NotFound."""
    scope = select(Client.id).order_by(Client.id)
    if by.client_ids is not None:
        scope = scope.where(Client.id.in_(by.client_ids))
    if wanted is not None:
        scope = scope.where(Client.id == wanted)
    found = db.session.scalar(scope.limit(1))
    if found is None:
        raise NotFound("There is no such client")
    return found
