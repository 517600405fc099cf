"""How clients are shown, as contract 000 has them."""

from __future__ import annotations

from typing import Any

from connectassist.features.clients.models import Client
from connectassist.identity.models import StaffClient, User


def client_row(client: Client, *, devices: int = 0, people: int = 0) -> dict[str, Any]:
    """A client, with how many devices it has and how many people look after it."""
    return {"id": client.id, "name": client.name, "slug": client.slug, "contact_name": client.contact_name,
            "contact_email": client.contact_email, "notes": client.notes, "created_at": client.created_at,
            "updated_at": client.updated_at, "device_count": devices, "staff_count": people}


def short_row(client: Client) -> dict[str, Any]:
    """A client as the answer of a sign-in lists it."""
    return {"id": client.id, "name": client.name, "slug": client.slug}


def person_row(user: User, assignment: StaffClient) -> dict[str, Any]:
    """A member of staff who is assigned to a client."""
    return {"id": user.id, "username": user.username, "display_name": user.display_name, "role": user.role,
            "is_active": user.is_active, "assigned_at": assignment.assigned_at}
