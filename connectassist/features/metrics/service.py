"""How the server's machine fares: sampled, summed up, kept for a while; and what is done when it fares badly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db, inserting, take_turns
from connectassist.core.errors import Conflict, ValidationFailed
from connectassist.features.metrics import histories, machine, queries, watching
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.machine import LAG, Look
from connectassist.features.metrics.measures import CRITICAL, HOUR, MEASURES, MINUTE, WARNING, Threshold
from connectassist.features.metrics.models import MetricSample, SystemAlert, SystemThreshold
from connectassist.features.metrics.others import OTHERS
from connectassist.http.context import settings
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.retention import Rule

#: How many days a sample of a minute is kept.
MINUTES_DAYS = 3
#: Seconds for which a look counts as the present.
FRESH = 30
#: More than a minute has, with the looks that are told live.
MOST_LOOKS = 64
#: Called once an alert of the server was opened, changed or closed, and is written. They must not wait.
on_alert: list[Callable[[SystemAlert], None]] = []
_looks: list[Look] = []


def watch() -> None:
    """From now on the hub's lag is measured."""
    GATEWAY.socketio.start_background_task(LAG.run)


def latest() -> Look:
    """How the machine is now."""
    if _looks and (clock.now() - _looks[-1].at).total_seconds() < FRESH:
        return _looks[-1]
    return glance()


def glance() -> Look:
    """Look at the machine, and at what the other processes of the site told since. What is seen counts for the sample
    of this minute."""
    taken = machine.look(settings().instance)
    lag_ms, sockets = OTHERS.taken()
    taken = replace(taken, hub_lag_ms=max(taken.hub_lag_ms, lag_ms), sockets=taken.sockets + sockets)
    _looks[:] = [*_looks[1 - MOST_LOOKS:], taken]
    return taken


def sample() -> None:
    """Look at the machine. When a minute is over its sample is written, and the thresholds are looked at; where
    several servers share the database, by the first of them."""
    minute = _minute(glance().at)
    over = [each for each in _looks if _minute(each.at) < minute]
    _looks[:] = [each for each in _looks if _minute(each.at) >= minute]
    last = [each for each in over if _minute(each.at) == _minute(over[-1].at)]
    if last and _write(MINUTE, histories.summed_up(last, at=_minute(last[0].at))):
        follow()


def sum_up() -> int:
    """Write the samples of the hours that are over. Returns how many."""
    last, hour = queries.last_hour(), clock.now().replace(minute=0, second=0, microsecond=0)
    since = last + timedelta(seconds=HOUR) if last else hour - timedelta(days=MINUTES_DAYS)
    if since >= hour:
        return 0
    minutes = queries.samples(MINUTE, since=since, before=hour)
    return sum(_write(HOUR, point) for point in histories.bucketed(minutes, HOUR))


prune_minutes = Rule("figures of the server by the minute", MINUTES_DAYS, MetricSample.id,
                     partial(queries.outlived, MINUTE))
prune_hours = Rule("figures of the server by the hour", "metric_days", MetricSample.id,
                   partial(queries.outlived, HOUR))


def _write(seconds: int, point: Point) -> bool:
    """False when another server has written the sample of this time."""
    row = inserting(MetricSample, seconds=seconds, **point._asdict()).on_conflict_do_nothing()
    is_first = db.session.execute(row).rowcount == 1
    db.session.commit()
    return is_first


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


# -- alerts ---------------------------------------------------------------------------------------------

def follow() -> list[SystemAlert]:
    """Open, change and close the server's alerts by its last minutes. Returns those that changed."""
    take_turns("system alerts")
    since = clock.now() - timedelta(seconds=watching.WITHIN)
    minutes = [row for row in queries.newest(watching.IN_A_ROW) if row.at >= since]
    opened, thresholds, changed = queries.open_alerts(), queries.thresholds(), []
    for metric, measure in MEASURES.items():
        values = [getattr(row, measure.column) for row in minutes]
        found = _followed(metric, values, thresholds[metric], opened.get(metric))
        if found is not None:
            changed.append(found)
    db.session.commit()
    _tell(changed)
    return changed


def _followed(metric: str, values: list[float], threshold: Threshold, alert: SystemAlert | None,
              ) -> SystemAlert | None:
    """The alert of one measure, if something changes about it."""
    before = alert.severity if alert else None
    severity = watching.severity(values, threshold, before=before)
    if severity == before:
        return None
    if alert is None:
        alert = SystemAlert(metric=metric, title=MEASURES[metric].title, opened_at=clock.now())
        db.session.add(alert)
    if severity is None:
        alert.closed_at = clock.now()
    else:
        _raise_to(alert, severity, threshold, value=min(values))
    _note(alert, values[0])
    return alert


def _raise_to(alert: SystemAlert, severity: str, threshold: Threshold, *, value: float) -> None:
    """One that gets worse is nobody's any more."""
    if severity == CRITICAL:
        alert.acknowledged_at = alert.acknowledged_by = None
    alert.severity, alert.value = severity, value
    alert.threshold = threshold.critical if severity == CRITICAL else threshold.warning


def _note(alert: SystemAlert, value: float) -> None:
    verb, level = ("close", "INFO") if alert.closed_at else ("open", {WARNING: "WARNING"}.get(alert.severity, "ERROR"))
    said = "is over" if alert.closed_at else f"is {alert.severity}"
    audit.record(principal.system(), f"system_alert.{verb}",
                 f"{alert.title}: {said}, at {value:g} {MEASURES[alert.metric].unit}", level=level,
                 metric=alert.metric, value=value, threshold=alert.threshold)


def acknowledge(alert_id: int, *, by: Principal) -> SystemAlert:
    """Somebody looks after it. Raises NotFound, Conflict when it is over."""
    alert = queries.alert(alert_id)
    if alert.closed_at:
        raise Conflict("This alert is over already")
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = clock.now(), foreign.text(by.name, 120)
        audit.record(by, "system_alert.acknowledge", f"{by.name}: {alert.title}", metric=alert.metric)
        db.session.commit()
        _tell([alert])
    return alert


def set_thresholds(wanted: dict[str, dict[str, Any]], *, by: Principal) -> dict[str, Threshold]:
    """Set thresholds, by measure; they count from the next minute on. Raises ValidationFailed."""
    checked = {metric: _checked(metric, **told) for metric, told in wanted.items()}
    if not checked:
        raise ValidationFailed("No thresholds to set")
    for metric, threshold in sorted(checked.items()):
        row = inserting(SystemThreshold, metric=metric, **asdict(threshold))
        db.session.execute(row.on_conflict_do_update(index_elements=["metric"], set_=asdict(threshold)))
    audit.record(by, "system_alert.thresholds", f"{by.name} set thresholds of {', '.join(sorted(checked))}",
                 thresholds={metric: [each.warning, each.critical] for metric, each in checked.items()})
    db.session.commit()
    return queries.thresholds()


def _checked(metric: str, *, warning: float, critical: float) -> Threshold:
    measure = MEASURES[metric]
    if not 0 < warning <= critical <= measure.most:
        raise ValidationFailed(f"{metric}: warning and critical must lie above 0 and up to {measure.most:g} "
                               f"{measure.unit}, and critical must not be below warning")
    return Threshold(warning, critical)


def _tell(alerts: list[SystemAlert]) -> None:
    for alert in alerts:
        announce.system_alert(alert.id, metric=alert.metric, severity=alert.severity, is_open=not alert.closed_at)
        for hook in on_alert:
            hook(alert)
