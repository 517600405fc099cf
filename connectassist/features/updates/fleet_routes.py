"""/api/updates: how contract 000's agents learn of a new version and fetch it."""

from __future__ import annotations

from flask import Response
from marshmallow import fields, validate

from connectassist.core.db import db
from connectassist.core.errors import ClientBuildMissing, NotFound, RangeNotSatisfiable, Unauthorized
from connectassist.features.updates import service
from connectassist.features.updates.shapes import CheckView
from connectassist.http import limits, sending
from connectassist.http.guard import DEVICE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("updates", __name__, url_prefix="/api/updates", description="New versions of an installed agent.")


class RunningVersion(Body):
    version = fields.String(load_default="", validate=validate.Length(0, 64))


@bp.get("/check")
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.arguments(RunningVersion, location="query")
@bp.raises(Unauthorized)
@bp.response(200)
@bp.shows(CheckView)
def check(query: dict) -> dict:
    """Is there a newer version of what the calling device was installed with?"""
    return service.check(current_principal().device_id or "", query["version"])


@bp.get("/download/<version>")
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.raises(Unauthorized, NotFound, ClientBuildMissing, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def download(version: str) -> Response:
    """The new version as a ZIP without settings: the device keeps its own."""
    found = service.build(current_principal().device_id or "", version)
    db.session.remove()
    return sending.answer(found.source, name=found.file_name, media_type="application/zip", by_proxy=True)
