"""/api/packages/templates: what packages are made of (contract 001, and our own payloads)."""

from __future__ import annotations

from flask import request

from builder.payloads.uploads import UPLOADS
from connectassist.core.errors import BadRequest, DiskFull, TooLarge, ValidationFailed
from connectassist.features.templates import rows, service
from connectassist.features.templates.incoming import MEGABYTE
from connectassist.features.templates.shapes import StatusView, UploadedView
from connectassist.http.context import settings
from connectassist.http.guard import ADMIN, STAFF, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("templates", __name__, url_prefix="/api/packages/templates",
               description="Installers and payloads that packages are made of.")
FORM_OVERHEAD = 64 * 1024
FORM = {"type": "object", "required": ["file"], "properties": {
    "file": {"type": "string", "format": "binary"}, "type": {"type": "string", "enum": list(UPLOADS)},
    "version": {"type": "string", "example": "1.2.3"}}}


@bp.get("")
@who_may(STAFF)
@bp.response(200)
@bp.shows(StatusView)
def status() -> dict:
    """Which installers, payloads and runtimes there are, with size, version and hash."""
    return rows.status()


@bp.post("")
@who_may(ADMIN)
@bp.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": FORM}}})
@bp.raises(ValidationFailed, BadRequest, TooLarge, DiskFull)
@bp.response(200)
@bp.shows(UploadedView)
def upload() -> dict:
    """Upload one (multipart: `file`, and `type` and `version` as fields or in the query): `exe`, `dmg`, `payload`,
    `windows-runtime` or `macos-runtime`. Without a type its content says what it is."""
    boundary = _boundary()
    kind = service.upload(request.stream, boundary=boundary, by=current_principal(), asked=request.args.to_dict())
    return {"success": True, "type": kind}


def _boundary() -> bytes:
    """The form's boundary; the body may be as long as an upload may."""
    largest = settings().max_template_mb * MEGABYTE + FORM_OVERHEAD
    request.max_content_length = largest
    if (request.content_length or 0) > largest:
        raise TooLarge(f"An upload may have at most {settings().max_template_mb} MB")
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise ValidationFailed("Missing file upload.")
    return boundary.encode()
