"""/api/packages: contract 001's packages of a session."""

from __future__ import annotations

import re

from flask import Response, request

from connectassist.core.db import db
from connectassist.core.errors import BadRequest, NotFound, PayloadMissing, RateLimited, SessionNotFound, Unavailable
from connectassist.features.packages import offers, session_downloads, session_packages
from connectassist.features.packages.shapes import GeneratedView, ManifestView
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("session packages", __name__, url_prefix="/api/packages",
               description="What the customer of a session downloads.")
_TOKEN = re.compile(r"[\w.-]{1,80}", re.ASCII)


@bp.post("/generate")
@who_may(TECHNICIAN)
@bp.raises(BadRequest, Unavailable)
@bp.response(200)
@bp.shows(GeneratedView)
def generate() -> dict:
    """Make a session for 20 days and the links to its package. Takes no body."""
    return session_packages.generate(by=current_principal(), server_url=server_url())


@bp.get("/manifest/<session_id>")
@who_may(ANYONE)
@bp.raises(SessionNotFound, RateLimited)
@bp.response(200)
@bp.shows(ManifestView)
def manifest(session_id: str) -> dict:
    """What can be downloaded for a session; `systems` tells what the ZIP holds for each."""
    return offers.manifest(session_downloads.session(session_id, by=current_principal()).session_id)


@bp.get("/download/<session_id>")
@who_may(ANYONE)
@bp.reads(type="zip (the default), exe or dmg", os="windows, windows-xp, macos, linux or other",
          refresh="changes nothing: what is sent is always fresh", dltoken="comes back as a cookie")
@bp.raises(SessionNotFound, NotFound, BadRequest, RateLimited, PayloadMissing)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def download(session_id: str) -> Response:
    """Download a session's package: `type` zip (the default), exe or dmg; `os`; `dltoken` comes back as the cookie
    `downloadComplete`. What is sent is always fresh, so `refresh` changes nothing."""
    asked, by = request.args, current_principal()
    response = session_downloads.hand_out(session_id, asked.get("type") or "zip", asked.get("os", ""), by=by,
                                          agent=request.headers.get("User-Agent", ""), server_url=server_url())
    if _TOKEN.fullmatch(asked.get("dltoken", "")):
        response.set_cookie("downloadComplete", asked["dltoken"], path="/", samesite="Lax")
    db.session.remove()
    return response
