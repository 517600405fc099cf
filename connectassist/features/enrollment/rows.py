"""How an enrollment token is shown. The token itself never is again."""

from __future__ import annotations

from typing import Any

from connectassist.features.devices import queries as devices
from connectassist.features.enrollment.models import EnrollmentToken

_PLAIN = ("id", "hint", "purpose", "client_id", "platform", "allow_unattended", "downloads", "state", "created_at",
          "expires_at", "used_at", "used_by", "revoked_at")


def token_rows(tokens: list[EnrollmentToken]) -> list[dict[str, Any]]:
    """Tokens with who made them, their client, and the name of the machine that used them."""
    known = devices.by_ids({each.used_by for each in tokens if each.used_by})
    return [_row(each, known[each.used_by].hostname if each.used_by in known else None) for each in tokens]


def token_row(token: EnrollmentToken) -> dict[str, Any]:
    return token_rows([token])[0]


def _row(token: EnrollmentToken, hostname: str | None) -> dict[str, Any]:
    return {name: getattr(token, name) for name in _PLAIN} | {
        "client_name": token.client.name, "made_by": token.made_by.display_name if token.made_by else None,
        "hostname": hostname}
