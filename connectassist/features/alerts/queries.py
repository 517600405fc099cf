"""Reads of alerts, always within the caller's scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Row, Select, case, func, or_, select

from connectassist.core import clock
from connectassist.core.db import db, read_aside
from connectassist.core.errors import NotFound
from connectassist.core.ids import LARGEST_ID
from connectassist.features.alerts.models import Alert
from connectassist.features.devices import queries as devices
from connectassist.features.enrollment import queries as enrollment
from connectassist.identity import principal
from connectassist.identity.principal import Principal

ACTIVE, ACKNOWLEDGED, RESOLVED = "active", "acknowledged", "resolved"
OPEN = (ACTIVE, ACKNOWLEDGED)
CRITICAL, WARNING = "critical", "warning"
UPTIME = "uptime"
#: Devices that were not seen for so long are no news.
FORGOTTEN = timedelta(days=7)
_ONE_BATCH = 500


def page(by: Principal, *, status: str = "", device_id: str = "", limit: int = 100, offset: int = 0) -> list[Alert]:
    """Alerts in scope, newest first. The status "open" finds active and acknowledged ones, an unknown one none."""
    wanted = _scoped(by)
    if status == "open":
        wanted = wanted.where(Alert.status.in_(OPEN))
    elif status:
        wanted = wanted.where(Alert.status == status)
    if device_id:
        wanted = wanted.where(Alert.device_id == device_id)
    return list(db.session.scalars(wanted.order_by(Alert.triggered_at.desc(), Alert.id.desc())
                                   .limit(limit).offset(offset)))


def visible_to(by: Principal, alert_id: int) -> Alert:
    """An alert in the caller's scope. Raises NotFound."""
    found = db.session.scalar(_scoped(by).where(Alert.id == alert_id)) if alert_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("Alert not found")
    return found


def counts(by: Principal) -> dict[str, int]:
    """How many active alerts there are in scope: all, critical ones and warnings."""
    wanted = select(func.count(), func.count(case((Alert.severity == CRITICAL, 1)))).where(Alert.status == ACTIVE)
    if by.client_ids is not None:
        wanted = wanted.where(Alert.client_id.in_(by.client_ids))
    active, critical = db.session.execute(wanted).one()
    return {"activeCount": active, "criticalCount": critical, "warningCount": active - critical}


def open_of(device_ids: Iterable[str]) -> dict[tuple[str, str], Alert]:
    """The open alerts of devices, by device and check."""
    wanted, found = sorted(device_ids), {}
    for begin in range(0, len(wanted), _ONE_BATCH):
        for alert in db.session.scalars(select(Alert).where(
                Alert.device_id.in_(wanted[begin:begin + _ONE_BATCH]), Alert.status.in_(OPEN))):
            found[alert.device_id, alert.check_type] = alert
    return found


def missing_since(seconds: int) -> list[Row]:
    """Devices of a fleet, or with unattended access, that were last seen so many seconds ago or earlier, without an
    open alert about it. Some of them may be there: who is online stands in memory."""
    table = devices.countable(principal.system())
    belongs = or_(table.c.allow_unattended, table.c.device_id.in_(enrollment.enrolled()))
    known = select(Alert.id).where(Alert.device_id == table.c.device_id, Alert.check_type == UPTIME,
                                   Alert.status.in_(OPEN)).exists()
    return read_aside(select(table.c.device_id, table.c.client_id).where(
        table.c.last_seen < clock.now() - timedelta(seconds=seconds),
        table.c.last_seen > clock.now() - FORGOTTEN, belongs, ~known))


def open_about_uptime() -> list[Row]:
    """Which devices have an open alert about being offline."""
    return read_aside(select(Alert.id, Alert.device_id).where(Alert.check_type == UPTIME, Alert.status.in_(OPEN)))


def by_ids(alert_ids: list[int]) -> list[Alert]:
    """Alerts by their ids."""
    return list(db.session.scalars(select(Alert).where(Alert.id.in_(alert_ids)))) if alert_ids else []


def resolved_before(days: int, *, limit: int) -> list[int]:
    """Some alerts that were resolved more than so many days ago; none where 0 days mean that all are kept."""
    if not days:
        return []
    return list(db.session.scalars(
        select(Alert.id).where(Alert.status == RESOLVED, Alert.triggered_at < clock.now() - timedelta(days=days))
        .limit(limit)))


def _scoped(by: Principal) -> Select[tuple[Alert]]:
    wanted = select(Alert)
    return wanted if by.client_ids is None else wanted.where(Alert.client_id.in_(by.client_ids))
