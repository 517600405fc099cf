"""The blueprint of the pages, and what every template can name: `me` and `navigation`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from connectassist.core.errors import AppError
from connectassist.http.guard import current_principal
from connectassist.identity.principal import Principal
from connectassist.web.navigation import navigation_for

blueprint = Blueprint("web", __name__)


@blueprint.app_context_processor
def names() -> dict[str, Any]:
    """Give templates the signed-in person (or None) and the links that they may follow."""
    asking = _whoever_asks()
    me = _profile(asking) if asking and asking.is_signed_in else None
    return {"me": me, "navigation": navigation_for(asking, path=request.path) if me else []}


def _whoever_asks() -> Principal | None:
    try:
        return current_principal()
    except AppError:  # an error page must come out even when the caller's proof is what was wrong
        return None


def _profile(asking: Principal) -> dict[str, Any]:
    return {"id": asking.user_id, "name": asking.name, "role": asking.role,
            "is_staff": asking.is_staff, "can_act": asking.is_technician}
