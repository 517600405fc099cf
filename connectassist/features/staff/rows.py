"""How staff are shown, as contract 000 has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectassist.features.clients.rows import short_row
from connectassist.identity.models import User


def short_user(user: User) -> dict[str, Any]:
    """An account as the answer of a sign-in names it."""
    return {"id": user.id, "username": user.username, "display_name": user.display_name, "role": user.role}


def staff_row(user: User, *, clients: Mapping[int, str], linked: Iterable[int] = ()) -> dict[str, Any]:
    """A member of staff. `clients` are names by id, `linked` the accounts that a sign-in provider knows. There is no
    second factor here, which contract 000's page asks for."""
    mine = [{"id": each.client_id, "name": clients.get(each.client_id, "")} for each in user.assignments]
    return {**short_user(user), "full_name": user.full_name, "email": user.email, "is_active": user.is_active,
            "created_at": user.created_at, "last_login": user.last_login_at, "linked": user.id in set(linked),
            "clients": sorted(mine, key=lambda each: each["name"].casefold()),
            "totp_enabled": 0, "backup_code_count": 0}


def profile_row(user: User) -> dict[str, Any]:
    """Somebody's own account."""
    return {**short_user(user), "email": user.email, "created_at": user.created_at, "last_login": user.last_login_at}


def sign_in_view(user: User, token: str, clients: Iterable[Any]) -> dict[str, Any]:
    """What a sign-in answers: the token, who it is for, and the clients in scope."""
    return {"token": token, "user": short_user(user), "clients": [short_row(client) for client in clients]}
