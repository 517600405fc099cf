"""/downloads/*: packages, stamped while they are sent, and files that the operator put there."""

from __future__ import annotations

from flask import Blueprint, Response

from connectassist.core.db import db
from connectassist.features.packages import delivery, operator_files, service
from connectassist.http import sending
from connectassist.http.context import settings
from connectassist.http.guard import ANYONE, current_principal, who_may

bp = Blueprint("downloads", __name__, url_prefix="/downloads")


@bp.get("/<name>")
@who_may(ANYONE)
def download(name: str) -> Response:
    """Download a package or an operator's file; ranges are served, so that a cut download can go on."""
    offered, device_id = operator_files.offered(settings().downloads, name), operator_files.device_id_in(name)
    if offered is not None:
        return sending.answer(offered, name=offered.path.name, by_proxy=True)
    package = delivery.find(device_id, by=current_principal())
    stamped, may_resume = delivery.stamped(package)
    response = sending.answer(stamped, name=name, media_type="application/zip", may_resume=may_resume,
                              by_proxy=True)
    if sending.starts_anew(response):
        service.count_download(package, by=current_principal())
    db.session.remove()
    return response
