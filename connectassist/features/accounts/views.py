"""How an account is shown: the union of the fields that contracts 000, 001 and 004 name."""

from __future__ import annotations

from typing import Any

from connectassist.identity.models import CUSTOMER, STAFF_ROLES, TECHNICIAN, User

#: What contract 004 calls a technician.
SUPPORT_AGENT = "support_agent"


def role_shown(role: str) -> str:
    """A role by the name that /api/auth has for it."""
    return SUPPORT_AGENT if role == TECHNICIAN else role


def role_meant(name: Any) -> str:
    """The role of that name; one that there isn't counts as customer."""
    meant = TECHNICIAN if name == SUPPORT_AGENT else name
    return meant if isinstance(meant, str) and meant in STAFF_ROLES else CUSTOMER


def user_view(user: User) -> dict[str, Any]:
    """An account, without secrets."""
    return {"id": user.id, "username": user.username, "email": user.email, "full_name": user.full_name,
            "displayName": user.display_name, "is_active": user.is_active, "created_at": user.created_at,
            "role": role_shown(user.role)}


def token_view(user: User, token: str) -> dict[str, Any]:
    """A sign-in as contract 004's clients keep it."""
    return {"access_token": token, "token_type": "bearer", "user": user_view(user)}
