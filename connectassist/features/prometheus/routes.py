"""`/metrics`, for Prometheus: whoever has the token of the settings may read it, and administrators."""

from __future__ import annotations

from flask import Response, request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from connectassist.core.errors import RateLimited, Unauthorized
from connectassist.features.prometheus import service
from connectassist.http import limits
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.openapi import TEXT, Blueprint

bp = Blueprint("prometheus", __name__, description="Figures for Prometheus.")


@bp.get("/metrics")
@who_may(ANYONE)
@limits.limited(limits.PROBES)
@bp.raises(Unauthorized, RateLimited)
@bp.response(200, TEXT, content_type="text/plain")
def metrics() -> Response:
    """Show this process in figures, in Prometheus' text format. The bearer token is that of the setting
    `CONNECTASSIST_METRICS_TOKEN`."""
    service.require_reader(request.headers.get("Authorization", ""), by=current_principal())
    return Response(service.exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
