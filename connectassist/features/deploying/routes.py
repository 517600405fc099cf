"""/api/deploy: the server updates itself out of its git checkout (contract 002)."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import (
    DeploymentFailed,
    DeploymentRunning,
    NotFound,
    RateLimited,
    Unavailable,
    WrongDeployKey,
)
from connectassist.features.deploying import orders, service, shapes
from connectassist.features.deploying.shapes import DeployedView, DeploymentsView
from connectassist.http.context import settings
from connectassist.http.guard import ADMIN, ANYONE, address, who_may
from connectassist.http.openapi import TEXT, Blueprint

bp = Blueprint("deploying", __name__, url_prefix="/api/deploy", description="Updates of the server itself.")


@bp.post("")
@who_may(ANYONE)
@bp.takes("application/json", deploy_key=TEXT)
@bp.raises(NotFound, WrongDeployKey, RateLimited, DeploymentRunning, DeploymentFailed, Unavailable)
@bp.alt_response(202, schema=DeployedView, description="GitHub's webhook: the deployment has begun.")
@bp.response(200)
@bp.shows(DeployedView)
def deploy() -> Any:
    """Update the server to the newest commit of its branch, and restart it. Wants the deploy key, or the signature of a
    GitHub webhook."""
    order = _order()
    if not order.is_due:
        return shapes.answer({"message": order.message})
    run = service.start(order, address=address())
    if not order.waits:
        return shapes.answer({"message": "The deployment has begun"}), 202
    return shapes.answer(service.outcome(run).facts)


@bp.get("")
@who_may(ADMIN)
@bp.response(200)
@bp.shows(DeploymentsView)
def show_deployments() -> Any:
    """Show the last deployments: how far, how they went, and all that happened in the newest."""
    return shapes.overview(service.known(), is_on=bool(settings().deploy_key), branch=settings().deploy_branch)


def _order() -> orders.Order:
    """Raises NotFound, WrongDeployKey, RateLimited."""
    try:
        return orders.received()
    except WrongDeployKey:
        service.refuse(address=address())
        raise
