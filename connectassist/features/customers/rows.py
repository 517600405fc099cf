"""How customers' accounts are shown to administrators."""

from __future__ import annotations

from typing import Any

from connectassist.identity.models import User


def customer_row(user: User, *, client_name: str | None, links: list[dict[str, str]]) -> dict[str, Any]:
    """An account; `links` are the names that the person has at a Supabase project."""
    return {"id": user.id, "username": user.username, "display_name": user.display_name, "email": user.email,
            "is_active": user.is_active, "client_id": user.client_id, "client_name": client_name, "links": links,
            "has_password": user.password_hash is not None, "created_at": user.created_at,
            "last_login": user.last_login_at}
