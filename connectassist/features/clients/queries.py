"""Reads of clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all

from connectassist.core.db import Base, contains, db
from connectassist.core.errors import ClientNotFound, ClientOutOfScope
from connectassist.features.clients.models import DEFAULT_ID, Client
from connectassist.features.devices import queries as devices
from connectassist.identity import principal
from connectassist.identity.models import CUSTOMER, STAFF_ROLES, StaffClient, User
from connectassist.identity.principal import Principal

MOST = 1000
_PEOPLE_AT_MOST = 500


def visible_to(by: Principal, *, search: str = "", limit: int = 500, offset: int = 0) -> list[Client]:
    """The clients in the caller's scope, by name."""
    wanted = select(Client).order_by(Client.name, Client.id).limit(limit).offset(offset)
    if by.client_ids is not None:
        wanted = wanted.where(Client.id.in_(by.client_ids))
    if search:
        wanted = wanted.where(contains(Client.name, search) | contains(Client.contact_name, search)
                              | contains(Client.contact_email, search))
    return list(db.session.scalars(wanted))


def one(by: Principal, client_id: int) -> Client:
    """A client. Raises ClientNotFound, and ClientOutOfScope for one that is there but not the caller's, as contract
    000 tells them apart."""
    found = db.session.get(Client, client_id)
    if found is None:
        raise ClientNotFound()
    if by.client_ids is not None and client_id not in by.client_ids:
        raise ClientOutOfScope()
    return found


def in_scope(by: Principal, client_id: int) -> Client:
    """A client in the caller's scope. Raises ClientNotFound, also for one that is not the caller's."""
    try:
        return one(by, client_id)
    except ClientOutOfScope as error:
        raise ClientNotFound() from error


def homes_of(by: Principal) -> frozenset[int] | None:
    """The clients that somebody's own tickets belong to: those in their scope; and of a customer whom an administrator
    has given to no client yet, the client `default`, whose staff look after whoever comes by."""
    is_homeless = by.role == CUSTOMER and by.client_id is None
    return frozenset({DEFAULT_ID}) if is_homeless else by.client_ids


def name_of(client_id: int) -> str:
    """A client's name; empty when it is gone."""
    found = db.session.get(Client, client_id)
    return found.name if found else ""


def names_of(client_ids: Iterable[int]) -> dict[int, str]:
    """The names of some clients."""
    return _mapping(select(Client.id, Client.name).where(Client.id.in_(set(client_ids))))


def known(client_ids: Iterable[int]) -> set[int]:
    """Those of these ids that are clients."""
    return set(db.session.scalars(select(Client.id).where(Client.id.in_(set(client_ids)))))


def people_of(client_id: int) -> list[tuple[User, StaffClient]]:
    """The staff assigned to a client, by name."""
    found = db.session.execute(select(User, StaffClient).join(StaffClient, StaffClient.user_id == User.id).where(
        StaffClient.client_id == client_id, User.role.in_(STAFF_ROLES)).order_by(User.username).limit(_PEOPLE_AT_MOST))
    return [(user, assigned) for user, assigned in found]


def people_by_client(client_ids: Iterable[int]) -> dict[int, int]:
    """How many active members of staff are assigned to each of these clients."""
    return _mapping(select(StaffClient.client_id, func.count()).join(User, User.id == StaffClient.user_id)
                    .where(StaffClient.client_id.in_(set(client_ids)), User.is_active, User.role.in_(STAFF_ROLES))
                    .group_by(StaffClient.client_id))


def devices_by_client(client_ids: Iterable[int]) -> dict[int, int]:
    """How many devices each of these clients has."""
    table = devices.countable(principal.system())
    return _mapping(select(table.c.client_id, func.count()).where(table.c.client_id.in_(set(client_ids)))
                    .group_by(table.c.client_id))


def holdings(client_id: int) -> list[str]:
    """The tables that have something of a client which must not go with it, devices first."""
    found = set(db.session.scalars(union_all(*(_has_some(name, client_id) for name in _kept_tables()))))
    return sorted(found, key=lambda name: (name != "devices", name))


def _has_some(name: str, client_id: int) -> Select[tuple[str]]:
    column = Base.metadata.tables[name].c.client_id
    return select(literal(name)).where(select(column).where(column == client_id).exists())


def _kept_tables() -> list[str]:
    """Those that refer to a client without going with it, as their foreign keys say."""
    return [table.name for table in Base.metadata.sorted_tables for key in table.foreign_keys
            if key.target_fullname == "clients.id" and key.ondelete is None]


def _mapping(wanted: Select[Any]) -> dict[int, Any]:
    return dict(row for row in db.session.execute(wanted))
