"""/api/admin/customers: the accounts of the clients' people."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import AlreadyLinked, ClientNotFound, DuplicateAccount, NotFound, ValidationFailed
from connectassist.features.customers import queries, service
from connectassist.features.customers.shapes import (
    CustomerAnswer,
    CustomerChanges,
    CustomerFilter,
    CustomerListAnswer,
    NewCustomer,
    NewLink,
)
from connectassist.http.guard import ADMIN, current_principal, who_may
from connectassist.http.json import json_response
from connectassist.http.openapi import Blueprint
from connectassist.identity.models import User

bp = Blueprint("customers", __name__, url_prefix="/api/admin/customers",
               description="Accounts of customers: the clients' people.")


@bp.get("")
@who_may(ADMIN)
@bp.arguments(CustomerFilter, location="query")
@bp.response(200)
@bp.shows(CustomerListAnswer)
def index(query: dict) -> dict:
    """List customers' accounts, the newest first."""
    found, total = queries.page(**query)
    return {"success": True, "customers": queries.rows(found), "total": total}


@bp.post("")
@who_may(ADMIN)
@bp.arguments(NewCustomer)
@bp.raises(ClientNotFound, DuplicateAccount, ValidationFailed)
@bp.response(201)
@bp.shows(CustomerAnswer, status=201)
def create(body: dict) -> Any:
    """Make an account for somebody of a client."""
    return json_response(_answer(service.create(by=current_principal(), **body)), 201)


@bp.put("/<int:user_id>")
@who_may(ADMIN)
@bp.arguments(CustomerChanges)
@bp.raises(NotFound, ClientNotFound, DuplicateAccount, ValidationFailed)
@bp.response(200)
@bp.shows(CustomerAnswer)
def change(body: dict, user_id: int) -> dict:
    """Change an account: client, name, address, password, open or closed."""
    return _answer(service.change(user_id, by=current_principal(), **body))


@bp.post("/<int:user_id>/links")
@who_may(ADMIN)
@bp.arguments(NewLink)
@bp.raises(NotFound, AlreadyLinked, ValidationFailed)
@bp.response(200)
@bp.shows(CustomerAnswer)
def link(body: dict, user_id: int) -> dict:
    """Say who the account belongs to at the Supabase project, by the `sub` of their tokens."""
    return _answer(service.link(user_id, by=current_principal(), **body))


@bp.delete("/<int:user_id>/links")
@who_may(ADMIN)
@bp.raises(NotFound)
@bp.response(200)
@bp.shows(CustomerAnswer)
def unlink(user_id: int) -> dict:
    """Forget whom the account belongs to at the Supabase project, and end what they signed in by."""
    return _answer(service.unlink(user_id, by=current_principal()))


def _answer(user: User) -> dict[str, Any]:
    return {"success": True, "customer": queries.rows([user])[0]}
