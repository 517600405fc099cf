"""/api/clients/:id/installer and its kin: contract 000's installers, and our links to them."""

from __future__ import annotations

from flask import Response
from marshmallow import fields, validate

from connectassist.core.db import db
from connectassist.core.errors import (
    BadRequest,
    ClientBuildMissing,
    ClientNotFound,
    Forbidden,
    InvalidEnrollmentToken,
    RangeNotSatisfiable,
    RateLimited,
    ValidationFailed,
)
from connectassist.features.clients import queries as clients
from connectassist.features.enrollment import queries as tokens
from connectassist.features.enrollment import service as enrollment
from connectassist.features.enrollment.rows import token_rows
from connectassist.features.installers import kinds, service
from connectassist.features.installers.rows import link_row
from connectassist.features.installers.shapes import InstallersView, LinkView
from connectassist.http import limits, sending
from connectassist.http.context import server_url
from connectassist.http.guard import ADMIN, ANYONE, current_principal, makes_on_get, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body, Flag
from connectassist.http.paging import Page

bp = Blueprint("installers", __name__, url_prefix="/api", description="Programs that enroll a client's machines.")
_CLIENT = "/clients/<int:client_id>"
_ZIP = {"type": "string", "format": "binary"}


class Choice(Body):
    platform = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["", *kinds.NAMES]))
    unattended = Flag(load_default=False)


class LinkOrder(Body):
    platform = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["", *kinds.NAMES]))
    allow_unattended = fields.Boolean(load_default=False)


class SetUp(Body):
    token = fields.String(required=True, validate=validate.Length(1, 200))


@bp.get(f"{_CLIENT}/installer")
@who_may(ADMIN)
@makes_on_get
@bp.arguments(Choice, location="query")
@bp.raises(Forbidden, ClientNotFound, ClientBuildMissing, ValidationFailed, BadRequest, RateLimited)
@bp.response(200, _ZIP, content_type="application/zip")
def download(query: dict, client_id: int) -> Response:
    """Download a client's installer: the build and its appsettings.json, with a fresh token for one machine."""
    by = current_principal()
    made = service.make(client_id, by=by, wanted=query["platform"], unattended=query["unattended"],
                        server_url=server_url())
    response = sending.answer(service.stamped(made, server_url=server_url()), name=made.file_name,
                              media_type="application/zip", may_resume=False, by_proxy=True)
    enrollment.count_download(made.record, by=by)
    db.session.remove()
    return response


@bp.get(f"{_CLIENT}/installers")
@who_may(ADMIN)
@bp.arguments(Page, location="query")
@bp.raises(ClientNotFound, ValidationFailed)
@bp.response(200)
@bp.shows(InstallersView)
def listing(query: dict, client_id: int) -> dict:
    """A client's installers and tokens, newest first, and what further ones can be made of."""
    client = clients.one(current_principal(), client_id)
    found, total = tokens.page(current_principal(), client_id=client_id, **query)
    return {"success": True, "client": {"id": client.id, "name": client.name, "slug": client.slug},
            "platforms": kinds.choices(), "installers": token_rows(found), "total": total}


@bp.post(f"{_CLIENT}/installers")
@who_may(ADMIN)
@bp.arguments(LinkOrder)
@bp.raises(Forbidden, ClientNotFound, ClientBuildMissing, ValidationFailed, BadRequest, RateLimited)
@bp.response(201)
@bp.shows(LinkView, status=201)
def make_link(body: dict, client_id: int) -> dict:
    """Make a link from which anybody who has it downloads one installer. It is shown this once, with its QR code."""
    made = service.make(client_id, by=current_principal(), wanted=body["platform"], is_link=True,
                        unattended=body["allow_unattended"], server_url=server_url())
    return link_row(made, server_url=server_url())


@bp.get("/installer/package")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(SetUp, location="query")
@bp.raises(InvalidEnrollmentToken, ClientBuildMissing, RateLimited, ValidationFailed, RangeNotSatisfiable)
@bp.response(200, _ZIP, content_type="application/zip")
def package(query: dict) -> Response:
    """The build without settings, for a set-up program that holds a good token; the token is not used up."""
    build, name = service.build_for(query["token"], by=current_principal())
    db.session.remove()
    return sending.answer(sending.StoredFile(build.zip_path, build.zip_size, build.zip_sha256), name=name,
                          media_type="application/zip", by_proxy=True)
