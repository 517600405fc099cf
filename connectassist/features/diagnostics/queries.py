"""Reads of what the checks found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Row, func, literal, select

from connectassist.core import clock
from connectassist.core.db import db, read_aside
from connectassist.features.devices import queries as devices
from connectassist.features.diagnostics.checks import SAME_AS, SCORED, Finding, slot
from connectassist.features.diagnostics.models import DiagnosticResult
from connectassist.identity import principal
from connectassist.identity.principal import Principal

_COUNTING = (*SCORED, *SAME_AS)
_ONE_BATCH = 500


def page(by: Principal, device_id: str, *, check_type: str = "", limit: int = 50, offset: int = 0,
         ) -> list[DiagnosticResult]:
    """Results of a device in the caller's scope, newest first. Raises DeviceNotFound."""
    device = devices.visible_to(by, device_id)
    wanted = select(DiagnosticResult).where(DiagnosticResult.device_id == device.device_id)
    if check_type:
        wanted = wanted.where(DiagnosticResult.check_type == check_type)
    return list(db.session.scalars(wanted.order_by(DiagnosticResult.created_at.desc(), DiagnosticResult.id.desc())
                                   .limit(limit).offset(offset)))


def newest_by_check(device_id: str) -> dict[str, DiagnosticResult]:
    """The newest result of each check of a device."""
    newest = select(func.max(DiagnosticResult.id)).where(DiagnosticResult.device_id == device_id).group_by(
        DiagnosticResult.check_type)
    found = db.session.scalars(select(DiagnosticResult).where(DiagnosticResult.id.in_(newest)))
    return {result.check_type: result for result in found}


def newest_findings(device_ids: Iterable[str]) -> dict[str, dict[str, Finding]]:
    """For each device the newest finding of each scored check."""
    wanted, found = sorted(device_ids), {}
    for begin in range(0, len(wanted), _ONE_BATCH):
        for row in _newest_rows(wanted[begin:begin + _ONE_BATCH]):
            found.setdefault(row.device_id, {})[slot(row.check_type)] = Finding(
                row.check_type, row.status, row.label, row.value)
    return found


def _newest_rows(device_ids: list[str]) -> list[Row]:
    """Oldest first, so that of two names for one check the newer stays. One look into the index for each check."""
    table = devices.countable(principal.system())
    ids = select(*(select(func.max(DiagnosticResult.id)).where(
        DiagnosticResult.device_id == table.c.device_id, DiagnosticResult.check_type == literal(name),
    ).scalar_subquery() for name in _COUNTING)).where(table.c.device_id.in_(device_ids))
    newest = [one for row in db.session.execute(ids) for one in row if one is not None]
    return [row for begin in range(0, len(newest), _ONE_BATCH) for row in db.session.execute(select(
        DiagnosticResult.device_id, DiagnosticResult.check_type, DiagnosticResult.status, DiagnosticResult.label,
        DiagnosticResult.value).where(DiagnosticResult.id.in_(newest[begin:begin + _ONE_BATCH]))
        .order_by(DiagnosticResult.id))]


def course(device_id: str, *, days: int) -> list[tuple[datetime, int]]:
    """A device's score after each result of the last days, oldest first. The caller has looked at the scope."""
    return [(row.created_at, row.health_score) for row in read_aside(
        select(DiagnosticResult.created_at, DiagnosticResult.health_score)
        .where(DiagnosticResult.device_id == device_id, DiagnosticResult.health_score.is_not(None),
               DiagnosticResult.created_at >= clock.now() - timedelta(days=days))
        .order_by(DiagnosticResult.created_at, DiagnosticResult.id))]


def older_than(days: int, *, limit: int) -> list[int]:
    """Some results that are older than so many days; none where 0 days mean that all are kept."""
    if not days:
        return []
    return list(db.session.scalars(
        select(DiagnosticResult.id).where(DiagnosticResult.created_at < clock.now() - timedelta(days=days))
        .order_by(DiagnosticResult.created_at).limit(limit)))


def beyond(device_id: str, *, most: int, limit: int) -> list[int]:
    """Results of a device that come after its newest so many."""
    return list(db.session.scalars(
        select(DiagnosticResult.id).where(DiagnosticResult.device_id == device_id)
        .order_by(DiagnosticResult.created_at.desc(), DiagnosticResult.id.desc()).limit(limit).offset(most)))
