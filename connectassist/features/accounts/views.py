"""How an account is shown: the union of the fields that contracts 000, 001 and 004 name."""

from __future__ import annotations

from typing import Any

from connectassist.identity.models import TECHNICIAN, User


def user_view(user: User) -> dict[str, Any]:
    """An account, without secrets. Role `technician` is shown as `support_agent`, as contract 004 names it."""
    return {"id": user.id, "username": user.username, "email": user.email, "full_name": user.full_name,
            "displayName": user.display_name, "is_active": user.is_active, "created_at": user.created_at,
            "role": "support_agent" if user.role == TECHNICIAN else user.role}
