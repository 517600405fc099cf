"""/api/clients: contract 000's rows."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import (
    AlreadyAssigned,
    ClientInUse,
    ClientNotFound,
    ClientOutOfScope,
    DuplicateClient,
    Forbidden,
    NotFound,
    ValidationFailed,
)
from connectassist.features.clients import queries, service
from connectassist.features.clients.models import Client
from connectassist.features.clients.rows import client_row, person_row
from connectassist.features.clients.shapes import (
    AssignedView,
    Assignment,
    ClientChanges,
    ClientFilter,
    ClientView,
    DoneView,
    NewClient,
)
from connectassist.http.guard import ADMIN, STAFF, current_principal, who_may
from connectassist.http.json import json_response
from connectassist.http.openapi import Blueprint

bp = Blueprint("clients", __name__, url_prefix="/api/clients", description="Companies whose devices are looked after.")
DONE = {"success": True}


@bp.get("")
@who_may(STAFF)
@bp.arguments(ClientFilter, location="query")
@bp.response(200)
@bp.shows(ClientView(many=True))
def listing(query: dict) -> Any:
    """List the clients in the caller's scope by name, as a bare array."""
    return _rows(queries.visible_to(current_principal(), **query))


@bp.post("")
@who_may(ADMIN)
@bp.arguments(NewClient)
@bp.raises(ValidationFailed, DuplicateClient, Forbidden)
@bp.response(201)
@bp.shows(ClientView, status=201)
def create(body: dict) -> Any:
    """Make a client. The slug is made from the name."""
    return json_response(client_row(service.create(by=current_principal(), **body)), 201)


@bp.get("/<int:client_id>")
@who_may(STAFF)
@bp.raises(ClientNotFound, ClientOutOfScope)
@bp.response(200)
@bp.shows(ClientView)
def show(client_id: int) -> Any:
    """Show one client."""
    return _rows([queries.one(current_principal(), client_id)])[0]


@bp.patch("/<int:client_id>")
@who_may(ADMIN)
@bp.arguments(ClientChanges)
@bp.raises(ClientNotFound, ValidationFailed, DuplicateClient, Forbidden)
@bp.response(200)
@bp.shows(DoneView)
def change(body: dict, client_id: int) -> Any:
    """Change a client. Its slug stays as it is."""
    service.change(client_id, by=current_principal(), **body)
    return DONE


@bp.delete("/<int:client_id>")
@who_may(ADMIN)
@bp.raises(ClientNotFound, ClientInUse, Forbidden)
@bp.response(200)
@bp.shows(DoneView)
def delete(client_id: int) -> Any:
    """Delete a client that has no devices and no history."""
    service.delete(client_id, by=current_principal())
    return DONE


@bp.get("/<int:client_id>/users")
@who_may(ADMIN)
@bp.raises(ClientNotFound, Forbidden)
@bp.response(200)
@bp.shows(AssignedView(many=True))
def people(client_id: int) -> Any:
    """List the staff assigned to a client."""
    queries.one(current_principal(), client_id)
    return [person_row(user, assignment) for user, assignment in queries.people_of(client_id)]


@bp.post("/<int:client_id>/users")
@who_may(ADMIN)
@bp.arguments(Assignment)
@bp.raises(ClientNotFound, NotFound, ValidationFailed, AlreadyAssigned, Forbidden)
@bp.response(200)
@bp.shows(DoneView)
def assign(body: dict, client_id: int) -> Any:
    """Assign a member of staff to a client."""
    service.assign(client_id, body["user_id"], by=current_principal())
    return DONE


@bp.delete("/<int:client_id>/users/<int:user_id>")
@who_may(ADMIN)
@bp.raises(ClientNotFound, NotFound, Forbidden)
@bp.response(200)
@bp.shows(DoneView)
def unassign(client_id: int, user_id: int) -> Any:
    """Take a client from a member of staff. The account stays."""
    service.unassign(client_id, user_id, by=current_principal())
    return DONE


def _rows(found: list[Client]) -> list[dict[str, Any]]:
    ids = [client.id for client in found]
    owned, people_ = queries.devices_by_client(ids), queries.people_by_client(ids)
    return [client_row(client, devices=owned.get(client.id, 0), people=people_.get(client.id, 0)) for client in found]
