"""Clients: companies are taken in, changed, given to staff, and let go when nothing of theirs is left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit
from connectassist.core.db import contains, db
from connectassist.core.errors import (
    AlreadyAssigned,
    ClientInUse,
    Conflict,
    DuplicateClient,
    NotFound,
    ValidationFailed,
)
from connectassist.features.clients import names, queries
from connectassist.features.clients.models import DEFAULT_ID, Client
from connectassist.identity.models import STAFF_ROLES, StaffClient, User
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, rescoping

_TRIES = 30


def ensure_default() -> None:
    """Make the client `default` (id 1) on the first start."""
    if db.session.get(Client, DEFAULT_ID) is None:
        db.session.add(Client(id=DEFAULT_ID, name="Default", slug="default"))
        db.session.commit()


def choose(by: Principal, wanted: int | None) -> int:
    """The client a new thing of this caller belongs to: the wanted one, else the first in scope. Raises NotFound."""
    scope = select(Client.id).order_by(Client.id)
    if by.client_ids is not None:
        scope = scope.where(Client.id.in_(queries.homes_of(by)))
    if wanted is not None:
        scope = scope.where(Client.id == wanted)
    found = db.session.scalar(scope.limit(1))
    if found is None:
        raise NotFound("There is no such client")
    return found


def create(*, by: Principal, name: str, **details: Any) -> Client:
    """Take a company in. Raises DuplicateClient, whatever the case of the name that is taken."""
    for _ in range(_TRIES):
        _require_free(name)
        client = Client(name=name, slug=_free_slug(name), **details)
        db.session.add(client)
        try:
            db.session.flush()
        except IntegrityError:  # somebody took the name or the slug since we looked
            db.session.rollback()
            continue
        audit.record(by, "client.create", f"Client {name} made", client_id=client.id)
        db.session.commit()
        announce.client(client.id)
        return client
    raise Conflict("Too many clients are being made at once. Try again")


def change(client_id: int, *, by: Principal, **values: Any) -> Client:
    """Change a client's name and details; its slug stays. Raises ClientNotFound, DuplicateClient, ValidationFailed."""
    client = queries.one(by, client_id)
    if not values:
        raise ValidationFailed("There are no fields to update")
    if "name" in values:
        _require_free(values["name"], but=client_id)
    for name, value in values.items():
        setattr(client, name, value)
    audit.record(by, "client.change", f"Client {client.name} changed: {', '.join(sorted(values))}",
                 client_id=client_id)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise DuplicateClient() from error
    announce.client(client_id)
    return client


def delete(client_id: int, *, by: Principal) -> None:
    """Let a company go: its enrollment tokens and assignments go with it. Raises ClientNotFound, ClientInUse."""
    client = queries.one(by, client_id)
    if client_id == DEFAULT_ID:
        raise ClientInUse("The default client can't be deleted", holds=[])
    _require_empty(client_id)
    people = [user.id for user, _ in queries.people_of(client_id)]
    audit.record(by, "client.delete", f"Client {client.name} deleted", client_id=client_id)
    db.session.delete(client)
    try:
        db.session.commit()
    except IntegrityError as error:  # something came to it since we looked
        db.session.rollback()
        raise ClientInUse(holds=[]) from error
    announce.client(client_id)
    for user_id in people:
        rescoping.rescope(user_id)


def assign(client_id: int, user_id: int, *, by: Principal) -> None:
    """Give a client to a member of staff. Raises ClientNotFound, NotFound, AlreadyAssigned."""
    client, user = queries.one(by, client_id), db.session.get(User, user_id)
    if user is None or user.role not in STAFF_ROLES:
        raise NotFound("There is no such member of staff")
    if any(each.client_id == client_id for each in user.assignments):
        raise AlreadyAssigned()
    db.session.add(StaffClient(user_id=user_id, client_id=client_id))
    audit.record(by, "client.assign", f"{user.username} assigned to {client.name}", client_id=client_id)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise AlreadyAssigned() from error
    _put_in_force(client_id, user_id)


def unassign(client_id: int, user_id: int, *, by: Principal) -> None:
    """Take a client from a member of staff, on their open pages too. Raises ClientNotFound, NotFound."""
    client = queries.one(by, client_id)
    assignment = db.session.get(StaffClient, (user_id, client_id))
    if assignment is None:
        raise NotFound("This person is not assigned to the client")
    db.session.delete(assignment)
    audit.record(by, "client.unassign", f"Account {user_id} is no longer assigned to {client.name}",
                 client_id=client_id, user=user_id)
    db.session.commit()
    _put_in_force(client_id, user_id)


def _put_in_force(client_id: int, user_id: int) -> None:
    rescoping.rescope(user_id)
    announce.client(client_id)
    announce.staff(user_id)


def _require_free(name: str, *, but: int | None = None) -> None:
    taken = select(Client.id).where(Client.name_key == names.key(name), Client.id != (but or 0))
    if db.session.scalar(taken.limit(1)):
        raise DuplicateClient()


def _free_slug(name: str) -> str:
    """The name's slug, numbered when other clients have it already."""
    wanted = names.slug(name)
    taken = set(db.session.scalars(select(Client.slug).where(contains(Client.slug, wanted))))
    return next(slug for number in range(1, len(taken) + 2)
                if (slug := names.numbered(wanted, number)) not in taken)


def _require_empty(client_id: int) -> None:
    """Raise ClientInUse, with what is there, in words."""
    held = queries.holdings(client_id)
    if not held:
        return
    if "devices" in held:
        raise ClientInUse(holds=held)
    words = ", ".join(name.replace("_", " ") for name in held)
    raise ClientInUse(f"This client has a history that must stay: {words.replace('users', 'customer accounts')}",
                      holds=held)
