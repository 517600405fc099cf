"""/api/helper: contract 001's update of the helper, and the signed package that ours updates itself with."""

from __future__ import annotations

from flask import Response
from marshmallow import fields

from connectassist.core.db import db
from connectassist.core.errors import NotFound, RangeNotSatisfiable, Unauthorized, ValidationFailed
from connectassist.features.updates import service
from connectassist.features.updates.shapes import UpdateView
from connectassist.http import limits, sending
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, DEVICE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("helper updates", __name__, url_prefix="/api/helper", description="New versions of the helper.")


class Running(Body):
    platform = fields.String(load_default="win")
    current_version = fields.String(data_key="currentVersion", load_default="")


@bp.get("/update-info")
@who_may(ANYONE)
@bp.arguments(Running, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(UpdateView)
def update_info(query: dict) -> dict:
    """Is there a newer helper? `platform` is win, darwin, linux or the name of a payload."""
    return service.info(query["platform"], query["current_version"], server_url=server_url())


@bp.get("/download/<platform>")
@who_may(ANYONE)
@bp.raises(NotFound, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download(platform: str) -> Response:
    """Download the newest helper: `win` an EXE, `darwin` a DMG, a payload's name its unstamped ZIP."""
    newest = service.download(platform)
    db.session.remove()
    return sending.answer(newest.source, name=newest.file_name, by_proxy=True)


@bp.get("/package")
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.raises(NotFound, Unauthorized, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def package() -> Response:
    """The calling device's own package with the newest payload of its platform, signed (our helper's update)."""
    renewed = service.package(current_principal().device_id or "", server_url=server_url())
    db.session.remove()
    return sending.answer(renewed, name="ConnectAssist-Update.zip", media_type="application/zip",
                          by_proxy=True)
