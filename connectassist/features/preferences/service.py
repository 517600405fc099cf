"""Preferences: what a member of staff sets for themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from connectassist.core.db import db
from connectassist.features.preferences import queries
from connectassist.features.preferences.models import Preferences
from connectassist.identity.principal import Principal


def change(by: Principal, values: dict[str, Any]) -> Preferences:
    """Set what `values` names; the rest stays as it is."""
    try:
        return _changed(by, values)
    except IntegrityError:  # the first two changes came at the same moment, as dashboards send them
        db.session.rollback()
        return _changed(by, values)


def _changed(by: Principal, values: dict[str, Any]) -> Preferences:
    found = queries.of(by)
    for name, value in values.items():
        setattr(found, name, value)
    db.session.add(found)
    db.session.commit()
    return found
