"""Reads of staff, and the figures of contract 000's dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from connectassist.core.db import db
from connectassist.core.errors import NotFound
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as devices
from connectassist.features.staff.rows import staff_row
from connectassist.features.tickets import queries as tickets
from connectassist.identity.models import ADMIN, STAFF_ROLES, TECHNICIAN, LinkedIdentity, StaffClient, User
from connectassist.identity.principal import Principal

MOST = 1000


def one(user_id: int) -> User:
    """A member of staff. Raises NotFound."""
    found = db.session.get(User, user_id)
    if found is None or found.role not in STAFF_ROLES:
        raise NotFound("There is no such member of staff")
    return found


def listed(*, only_active: bool) -> list[User]:
    """The staff, in the order in which they came."""
    wanted = select(User).where(User.role.in_(STAFF_ROLES)).order_by(User.id).limit(MOST)
    return list(db.session.scalars(wanted.where(User.is_active) if only_active else wanted))


def able_to_take(by: Principal, client_id: int | None = None) -> list[User]:
    """Who may be given work of this client, or of any client in the caller's scope: administrators, and the technicians
    who look after it; by name."""
    scope = by.client_ids if client_id is None else frozenset({client_id})
    theirs = select(StaffClient.user_id) if scope is None else select(StaffClient.user_id).where(
        StaffClient.client_id.in_(scope))
    may = (User.role == ADMIN) | (User.role == TECHNICIAN) & User.id.in_(theirs)
    return list(db.session.scalars(select(User).where(User.is_active, may).order_by(User.full_name, User.id)
                                   .limit(MOST)))


def rows(users: list[User]) -> list[dict[str, Any]]:
    """Members of staff as they are shown, in a constant number of queries."""
    names = clients.names_of(each.client_id for user in users for each in user.assignments)
    linked = _linked(user.id for user in users)
    return [staff_row(user, clients=names, linked=linked) for user in users]


def _linked(user_ids: Iterable[int]) -> set[int]:
    return set(db.session.scalars(select(LinkedIdentity.user_id).where(LinkedIdentity.user_id.in_(set(user_ids)))))


def stats(by: Principal) -> dict[str, Any]:
    """The dashboard's figures, within the caller's scope."""
    table = devices.countable(by)
    total, average, critical = db.session.execute(select(
        func.count(), func.avg(table.c.health_score), func.count().filter(table.c.health_score < devices.CRITICAL))
        .select_from(table)).one()
    open_tickets, all_tickets = tickets.counts(by)
    return {"totalDevices": total, "onlineDevices": devices.count_online(by), "openTickets": open_tickets,
            "totalTickets": all_tickets, "averageHealth": None if average is None else round(average),
            "criticalDevices": critical}
