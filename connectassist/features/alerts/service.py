"""Alerts: opened by what checks find and by devices that stay away, resolved when it is well again or by staff.

There is one open alert for each device and check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from sqlalchemy import update

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import Conflict
from connectassist.features.alerts import queries
from connectassist.features.alerts.models import Alert
from connectassist.features.alerts.queries import ACKNOWLEDGED, ACTIVE, CRITICAL, RESOLVED, UPTIME, WARNING
from connectassist.features.devices import service as devices
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.presence import presence
from connectassist.realtime.retention import Rule

CHANGED = GATEWAY.events.sends("alert-changed", to="staff", fields="deviceId check_type severity status message",
                               doc="An alert of a device was opened, changed or resolved.")
#: Whose warnings are worth a look; of all others only errors are.
WATCHED = {"cpu", "memory", "disk", "network", "windows_update", "updates", "services", "security", "battery"}
#: Called with alerts that were opened, changed or resolved, once that is written. They must not wait.
on_told: list[Callable[[list[Alert]], None]] = []
AWAY_SECONDS, MOST_AT_ONCE, OFFLINE = 300, 1000, "This device has been offline for more than five minutes"


class Found(Protocol):
    """What a check found, as an alert needs it."""

    @property
    def check_type(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def value(self) -> str: ...


def follow(findings: Iterable[tuple[int, str, Found]]) -> list[Alert]:
    """Open, change and resolve alerts by what checks found, in their order: (client, device, finding).
    The caller commits, and then tells of those returned."""
    findings = list(findings)
    opened, changed = queries.open_of({device_id for _, device_id, _ in findings}), {}
    for client_id, device_id, found in findings:
        key, severity = (device_id, found.check_type), severity_of(found)
        alert = opened.get(key)
        if alert is None and severity:
            alert = opened[key] = _open(client_id, device_id, found.check_type, severity, _message(found))
        elif alert is None or not _moved(alert, severity, found):
            continue
        changed[key] = alert
        if alert.status == RESOLVED:
            del opened[key]
    db.session.flush()
    return list(changed.values())


def severity_of(found: Found) -> str | None:
    """How bad a finding is; None for one that needs nobody."""
    if found.status == "error":
        return CRITICAL
    return WARNING if found.status == "warning" and found.check_type in WATCHED else None


def _open(client_id: int, device_id: str, check_type: str, severity: str, message: str) -> Alert:
    alert = Alert(client_id=client_id, device_id=device_id, check_type=check_type, severity=severity, status=ACTIVE,
                  message=message, triggered_at=clock.now())
    db.session.add(alert)
    return alert


def _moved(alert: Alert, severity: str | None, found: Found) -> bool:
    """Bring an open alert up to what was found now. Did that change it? One that gets worse is nobody's any more."""
    if severity is None:
        if found.status not in ("ok", "warning"):
            return False
        alert.status, alert.resolved_at = RESOLVED, clock.now()
        return True
    if severity == alert.severity:
        return False
    if severity == CRITICAL:
        alert.status = ACTIVE
    alert.severity, alert.message = severity, _message(found)
    return True


def _message(found: Found) -> str:
    about = found.label or found.check_type.replace("_", " ")
    return foreign.text(f"{about}: {found.value}" if found.value else f"{about}: {found.status}", 300)


def tell(alerts: Iterable[Alert]) -> None:
    """Let dashboards know of alerts that are written."""
    alerts = list(alerts)
    for alert in alerts:
        announce.PACE.tell(alert.client_id, CHANGED, f"{alert.device_id} {alert.check_type}", {
            "deviceId": alert.device_id, "check_type": alert.check_type, "severity": alert.severity,
            "status": alert.status, "message": alert.message})
    for hook in on_told if alerts else ():
        hook(alerts)


def acknowledge(alert_id: int, *, by: Principal) -> Alert:
    """Somebody looks after it. Raises NotFound, Conflict when it is resolved."""
    alert = queries.visible_to(by, alert_id)
    if alert.status == RESOLVED:
        raise Conflict("This alert is resolved already")
    if alert.status == ACTIVE:
        alert.status, alert.acknowledged_at = ACKNOWLEDGED, clock.now()
        alert.acknowledged_by = foreign.text(by.name, 120)
        _write(alert, by, "alert.acknowledge")
    return alert


def resolve(alert_id: int, *, by: Principal) -> Alert:
    """It is well again. Raises NotFound."""
    alert = queries.visible_to(by, alert_id)
    if alert.status != RESOLVED:
        alert.status, alert.resolved_at = RESOLVED, clock.now()
        _write(alert, by, "alert.resolve")
    return alert


def _write(alert: Alert, by: Principal, action: str) -> None:
    audit.record(by, action, f"{by.name}: {alert.message}", client_id=alert.client_id, device_id=alert.device_id,
                 alert_id=alert.id, check_type=alert.check_type)
    db.session.commit()
    tell([alert])


def look_for_missing() -> list[Alert]:
    """Open an alert for each unattended device that stays away, and resolve those of devices that are back. For the
    first minutes of a server that was away itself nobody is missing."""
    if clock.monotonic() - _began < AWAY_SECONDS:
        return []
    missing = [row for row in queries.missing_since(AWAY_SECONDS) if not presence.is_online(row.device_id)]
    back = [row.id for row in queries.open_about_uptime() if presence.is_online(row.device_id)]
    changed = [_open(row.client_id, row.device_id, UPTIME, CRITICAL, OFFLINE) for row in missing[:MOST_AT_ONCE]]
    for alert in queries.by_ids(back[:MOST_AT_ONCE]):
        alert.status, alert.resolved_at = RESOLVED, clock.now()
        changed.append(alert)
    db.session.commit()
    tell(changed)
    return changed


_began = clock.monotonic()


prune = Rule("resolved alerts of devices", "diagnostic_days", Alert.id, queries.resolved_before)


def move(device_id: str, client_id: int) -> None:
    """A device is another client's now, and so is what is wrong with it."""
    db.session.execute(update(Alert).where(Alert.device_id == device_id).values(client_id=client_id))
    db.session.commit()


devices.on_moved.append(move)
