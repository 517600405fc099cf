"""Reads of support codes."""

from __future__ import annotations

from connectassist.core.db import db
from connectassist.features.support_codes.models import SupportCode


def by_row(row_id: int | None) -> SupportCode | None:
    """A support code by its row's id."""
    return db.session.get(SupportCode, row_id) if row_id else None
