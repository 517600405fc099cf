"""Reads of preferences."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.preferences.models import Preferences
from connectassist.identity.principal import Principal


def of(by: Principal) -> Preferences:
    """The caller's preferences; those of somebody who never set any are not kept yet."""
    return db.session.get(Preferences, by.user_id) or Preferences(
        user_id=by.user_id, phone_support_rate=0, whatsapp_support_rate=0, remote_control_support_rate=0)


def history_begins(by: Principal) -> datetime | None:
    """From when on sessions that are over stand in this person's list; None for all of them."""
    days = db.session.scalar(select(Preferences.session_history_retention_days).where(
        Preferences.user_id == by.user_id))
    return None if days is None else clock.now() - timedelta(days=days)
