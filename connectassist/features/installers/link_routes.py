"""/install/TOKEN/download: an installer for whoever was given its link."""

from __future__ import annotations

from flask import Blueprint, Response

from connectassist.core.db import db
from connectassist.features.enrollment import service as enrollment
from connectassist.features.installers import service
from connectassist.http import limits, sending
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.limits import limited

bp = Blueprint("installer_links", __name__, url_prefix="/install")


@bp.get("/<token>/download")
@who_may(ANYONE)
@limited(limits.HELPER)
def download(token: str) -> Response:
    """Download the installer of a link. It holds that link's own token, so it is for one machine."""
    by = current_principal()
    made = service.by_link(token, by=by)
    response = sending.answer(service.stamped(made, server_url=server_url()), name=made.file_name,
                              media_type="application/zip", by_proxy=True)
    if sending.starts_anew(response):
        enrollment.count_download(made.record, by=by)
    db.session.remove()
    return response
