"""/api/tickets/figures: how tickets fare, for our own charts."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import ValidationFailed
from connectassist.features.tickets import figures
from connectassist.features.tickets.shapes import FiguresView
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("ticket_figures", __name__, url_prefix="/api/tickets/figures", description="Tickets, counted.")


class Period(Body):
    days = fields.Integer(load_default=30, validate=validate.Range(1, 365))


@bp.get("")
@who_may(STAFF)
@bp.arguments(Period, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(FiguresView)
def show(query: dict) -> dict:
    """Count what was opened and solved in the last days, how soon and whether in time, and how old is what waits."""
    return figures.over(current_principal(), **query)
