"""/api/statistics: contract 001's row, and the same as a CSV file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from marshmallow import ValidationError, fields, validate, validates_schema

from connectassist.core.errors import ValidationFailed
from connectassist.features.statistics import queries, rows
from connectassist.features.statistics.queries import Filter
from connectassist.features.statistics.shapes import StatisticsView
from connectassist.http import spreadsheets
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.http.openapi import TEXT, Blueprint, Body

bp = Blueprint("statistics", __name__, url_prefix="/api/statistics", description="Sessions, counted and summed up.")

_Text = validate.Length(0, 120)


class Day(fields.Date):
    """A day as `2026-01-31`; of a moment, its day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        return super()._deserialize(value[:10] if isinstance(value, str) else value, attr, data, **kwargs)


_Calendar = validate.Range(date(2000, 1, 1), date(2999, 12, 31))


class SessionsWanted(Body):
    begin = Day(data_key="from", validate=_Calendar)
    end = Day(data_key="to", validate=_Calendar)
    customer = fields.String(validate=_Text)
    device_id = fields.String(data_key="deviceId", validate=_Text)
    status = fields.String(validate=_Text)

    @validates_schema
    def in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "begin" in data and "end" in data and data["begin"] > data["end"]:
            raise ValidationError("must not be before `from`.", "to")


@bp.get("/sessions")
@who_may(STAFF)
@bp.arguments(SessionsWanted, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(StatisticsView)
def sessions(query: dict) -> dict:
    """Sessions by days (both included, in UTC), customer, device and status: the newest 500, and totals and daily
    figures over all of them."""
    by, wanted = current_principal(), Filter(**query)
    summary, days = queries.figures(by, wanted)
    return {"sessions": [rows.statistics_row(each) for each in queries.listed(by, wanted)],
            "summary": summary, "days": days}


@bp.get("/sessions.csv")
@who_may(STAFF)
@bp.arguments(SessionsWanted, location="query")
@bp.raises(ValidationFailed)
@bp.response(200, TEXT, content_type="text/csv")
def export(query: dict) -> Response:
    """The same sessions as a CSV file, 100,000 at most."""
    pages = queries.exported(current_principal(), Filter(**query))
    return spreadsheets.answer("sessions", rows.HEADINGS, (map(rows.csv_cells, page) for page in pages))
