"""/api/preferences: contract 001's rows."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from marshmallow import fields, validate

from connectassist.core.errors import ValidationFailed
from connectassist.features.preferences import queries, service
from connectassist.features.preferences.rows import preferences_row, preferences_view
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body, Shape

bp = Blueprint("preferences", __name__, url_prefix="/api/preferences", description="What staff set for themselves.")

LONGEST_HISTORY, HIGHEST_RATE, MOST_TILES = 3650, 1_000_000, 50
TILES = ("generate", "sessions", "activity", "devices", "templates", "stats", "quickConnect", "classic")


class Rate(fields.Field[Decimal]):
    """Money an hour, in hundredths; what is negative or no number counts as 0, as contract 001 has it."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        return Decimal(0) if value is None else super().deserialize(value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        try:
            number = 0.0 if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            return Decimal(0)
        if not math.isfinite(number) or number < 0:
            return Decimal(0)
        return min(Decimal(str(number)), Decimal(HIGHEST_RATE)).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Tile(Body):
    id = fields.String(required=True, validate=validate.Length(1, 64))
    type = fields.String(required=True, validate=validate.OneOf(TILES))
    size = fields.String(load_default="medium", validate=validate.OneOf(("small", "medium", "large")))
    visible = fields.Boolean(load_default=True)


class Changes(Body):
    dashboard_layout = fields.List(fields.Nested(Tile), data_key="dashboardLayout", allow_none=True,
                                   validate=validate.Length(0, MOST_TILES))
    session_history_retention_days = fields.Integer(data_key="sessionHistoryRetentionDays", allow_none=True,
                                                    validate=validate.Range(0, LONGEST_HISTORY))
    phone_support_rate = Rate(data_key="phoneSupportRate")
    whatsapp_support_rate = Rate(data_key="whatsappSupportRate")
    remote_control_support_rate = Rate(data_key="remoteControlSupportRate")


class PreferencesView(Shape):
    dashboardLayout = fields.List(fields.Nested(Tile), allow_none=True)
    sessionHistoryRetentionDays = fields.Integer(allow_none=True)
    phoneSupportRate = fields.Float()
    whatsappSupportRate = fields.Float()
    remoteControlSupportRate = fields.Float()


class ChangedView(Shape):
    success = fields.Boolean()
    preferences = fields.Nested(PreferencesView)


@bp.get("")
@who_may(STAFF)
@bp.response(200)
@bp.shows(PreferencesView)
def get() -> dict:
    """The caller's preferences: layout of contract 001's dashboard, how long sessions stay in the list, rates."""
    return preferences_view(queries.of(current_principal()))


@bp.put("")
@who_may(STAFF)
@bp.arguments(Changes)
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(ChangedView)
def put(body: dict) -> dict:
    """Set some of them; what is left out stays, an explicit null takes it back."""
    found = service.change(current_principal(), body)
    return {"success": True, "preferences": preferences_row(found)}
