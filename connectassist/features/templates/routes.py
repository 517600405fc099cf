"""/api/packages/templates: what packages are made of (contract 001, and our own payloads)."""

from __future__ import annotations

from flask import request

from builder.payloads.uploads import UPLOADS
from connectassist.core.errors import BadRequest, DiskFull, TooLarge, ValidationFailed
from connectassist.features.templates import rows, service
from connectassist.features.templates.shapes import StatusView, UploadedView
from connectassist.http.context import settings
from connectassist.http.guard import ADMIN, STAFF, current_principal, who_may
from connectassist.http.openapi import FILE, TEXT, Blueprint
from connectassist.http.uploads import multipart

bp = Blueprint("templates", __name__, url_prefix="/api/packages/templates",
               description="Installers and payloads that packages are made of.")


@bp.get("")
@who_may(STAFF)
@bp.response(200)
@bp.shows(StatusView)
def status() -> dict:
    """Which installers, payloads and runtimes there are, with size, version and hash."""
    return rows.status()


@bp.post("")
@who_may(ADMIN)
@bp.takes("multipart/form-data", file=FILE, type={**TEXT, "enum": list(UPLOADS)},
          version={**TEXT, "example": "1.2.3"})
@bp.raises(ValidationFailed, BadRequest, TooLarge, DiskFull)
@bp.response(200)
@bp.shows(UploadedView)
def upload() -> dict:
    """Upload one (multipart: `file`, and `type` and `version` as fields or in the query): `exe`, `dmg`, `payload`,
    `windows-runtime` or `macos-runtime`. Without a type its content says what it is."""
    form = multipart(largest_mb=settings().max_template_mb)
    kind = service.upload(form["stream"], boundary=form["boundary"], by=current_principal(),
                          asked=request.args.to_dict())
    return {"success": True, "type": kind}
