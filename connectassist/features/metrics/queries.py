"""Reads of how the server's machine fared."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.metrics.models import MetricSample


def outlived(seconds: int, days: int, *, limit: int) -> list[int]:
    """Samples of a resolution that are older than so many days."""
    return list(db.session.scalars(select(MetricSample.id).where(
        MetricSample.seconds == seconds, MetricSample.at < clock.now() - timedelta(days=days)).limit(limit)))
