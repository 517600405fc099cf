"""Reads of how the server's machine fared."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from connectassist.core import clock
from connectassist.core.db import db, read_aside
from connectassist.core.errors import NotFound
from connectassist.features.metrics import histories
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.measures import CRITICAL, HOUR, MINUTE, USUAL, Threshold
from connectassist.features.metrics.models import MetricSample, SystemAlert, SystemThreshold

_POINT = tuple(getattr(MetricSample, name) for name in Point._fields)


def outlived(seconds: int, days: int, *, limit: int) -> list[int]:
    """Samples of a resolution that are older than so many days."""
    return list(db.session.scalars(select(MetricSample.id).where(
        MetricSample.seconds == seconds, MetricSample.at < clock.now() - timedelta(days=days)).limit(limit)))


def history(hours: int) -> list[Point]:
    """The samples of the last hours, oldest first, summed up to what a chart can show. What is told by the hour ends
    with the minutes of the hours that aren't summed up yet."""
    since = clock.now() - timedelta(hours=hours)
    if hours <= histories.BY_THE_MINUTE:
        return histories.bucketed(samples(MINUTE, since=since), histories.width(hours))
    by_hour = samples(HOUR, since=since)
    last = by_hour[-1].at + timedelta(seconds=HOUR) if by_hour else since
    return histories.bucketed([*by_hour, *samples(MINUTE, since=last)], histories.width(hours))


def samples(seconds: int, *, since: datetime, before: datetime | None = None) -> list[Point]:
    """Samples of a resolution since a moment, oldest first."""
    wanted = select(*_POINT).where(MetricSample.seconds == seconds, MetricSample.at >= since)
    if before is not None:
        wanted = wanted.where(MetricSample.at < before)
    return [Point(*row) for row in read_aside(wanted.order_by(MetricSample.at))]


def newest(limit: int) -> list[MetricSample]:
    """The last minutes, newest first."""
    return list(db.session.scalars(select(MetricSample).where(MetricSample.seconds == MINUTE)
                                   .order_by(MetricSample.at.desc()).limit(limit)))


def last_hour() -> datetime | None:
    """The newest hour that is summed up."""
    return db.session.scalar(select(func.max(MetricSample.at)).where(MetricSample.seconds == HOUR))


def open_alerts() -> dict[str, SystemAlert]:
    """The open alerts, by what they are about."""
    found = db.session.scalars(select(SystemAlert).where(SystemAlert.closed_at.is_(None)).order_by(SystemAlert.id))
    return {alert.metric: alert for alert in found}


def count_open() -> tuple[int, int]:
    """How many alerts of the server are open, and how many of them are critical."""
    found = db.session.execute(select(func.count(), func.count(case((SystemAlert.severity == CRITICAL, 1))))
                               .select_from(SystemAlert).where(SystemAlert.closed_at.is_(None))).one()
    return found[0], found[1]


def alerts(*, status: str = "", limit: int = 100, offset: int = 0) -> list[SystemAlert]:
    """The server's alerts, newest first. `status` is open or closed; an unknown one finds none."""
    wanted = select(SystemAlert).order_by(SystemAlert.opened_at.desc(), SystemAlert.id.desc())
    conditions = {"": None, "open": SystemAlert.closed_at.is_(None), "closed": SystemAlert.closed_at.is_not(None)}
    if status not in conditions:
        return []
    if status:
        wanted = wanted.where(conditions[status])
    return list(db.session.scalars(wanted.limit(limit).offset(offset)))


def alert(alert_id: int) -> SystemAlert:
    """One of them. Raises NotFound."""
    found = db.session.get(SystemAlert, alert_id)
    if found is None:
        raise NotFound("Alert not found")
    return found


def thresholds() -> dict[str, Threshold]:
    """The thresholds in force, by measure."""
    kept = {row.metric: Threshold(row.warning, row.critical) for row in db.session.scalars(select(SystemThreshold))}
    return USUAL | {metric: found for metric, found in kept.items() if metric in USUAL}
