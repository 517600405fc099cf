"""Diagnostics: asking a device to examine itself, and keeping what it found together with the score that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, insert

from connectassist.core import audit, clock, foreign, ids
from connectassist.core.db import db
from connectassist.core.errors import DeviceOffline, ValidationFailed
from connectassist.features.alerts import service as alerts
from connectassist.features.devices import queries as devices
from connectassist.features.diagnostics import arriving, checks, queries
from connectassist.features.diagnostics.arriving import Arrived
from connectassist.features.diagnostics.checks import ALL, KNOWN, Finding
from connectassist.features.diagnostics.models import DiagnosticResult
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.batches import Batch
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

REQUEST = AGENT.events.sends("diagnostic_request", to="the device", fields="checkType requestId itInitiated",
                             doc="Run this check, or `all` of them, and send each as a `diagnostic_result`.")
UPDATE = IT.events.sends("device_diagnostic_update", to="staff", fields="deviceId checkType status results healthScore",
                         doc="A check of a device has found something.")
EXAMINED = GATEWAY.events.sends("device-examined", to="staff", fields="deviceId healthScore examined_at",
                                doc="A device has examined itself: its score and its results may have changed.")
REFUSED = IT.events.sends("diagnostic_refused", to="staff", fields="deviceId requestId checkType message",
                          doc="A device does not run a check that it was asked for, and says why.")
#: Rows of one device; a day of hourly reports is some 200.
MOST_ROWS, LOOK_EVERY = 6000, 200
#: Results in a transaction, for the server's other work goes on between two; and old ones that go in one.
WRITTEN_AT_ONCE = 100
#: Results that wait to be written, and the seconds after which a device looks again whether there is room.
MOST_WAITING, A_WHILE = 5000, 1.0

_pace = arriving.Pace()
_since_looked: dict[str, int] = {}


def request(device_id: str, *, check_type: Any, by: Principal) -> str:
    """Ask a device to run a check. Returns the request's id.
    Raises DeviceNotFound, ValidationFailed, RateLimited, DeviceOffline."""
    device = devices.open_to(by, device_id)
    if not isinstance(check_type, str) or check_type not in {*KNOWN, ALL}:
        raise ValidationFailed("There is no such check", known=sorted({*KNOWN, ALL}))
    if by.user_id is not None:
        limiter().spend(limits.DIAGNOSTIC_REQUESTS, "diagnostics asked for by", str(by.user_id))
    limiter().spend(limits.DIAGNOSTIC_REQUESTS, "diagnostics asked of", device_id)
    if not AGENT.has_device(device_id):
        raise DeviceOffline()
    request_id = f"diag-{clock.milliseconds(clock.now())}-{ids.handle()[:12]}"
    audit.record(by, "diagnostic.request", f"{by.name} had {device_id} checked ({check_type})",
                 client_id=device.client_id, device_id=device_id, request_id=request_id, check_type=check_type)
    db.session.commit()
    asked = {"checkType": check_type, "requestId": request_id, "itInitiated": by.is_staff}
    if not AGENT.to_device(device_id, REQUEST, asked):
        raise DeviceOffline()
    return request_id


def receive(device_id: str, said: dict[str, Any]) -> None:
    """A device tells what a check found, asked or not; it is kept a moment later. When all devices tell at once they
    wait for each other, and none is read further meanwhile: nothing is lost. Raises EventRefused, RateLimited."""
    arrived = arriving.read(device_id, said)
    _pace.spend(device_id, len(orjson.dumps(arrived.results)))
    while _arrived.is_full:
        GATEWAY.socketio.sleep(A_WHILE)
    _arrived.add(arrived)


def refused(device_id: str, said: dict[str, Any]) -> None:
    """A device does not run a check. Staff hear why; nothing is kept of it, and no score changes."""
    device = devices.by_id(device_id)
    if device is not None:
        told = {name: foreign.text(said.get(name), most) for name, most in
                (("requestId", 64), ("checkType", 40), ("message", 300))}
        IT.to_staff(device.client_id, REFUSED, {"deviceId": device_id, **told})


@dataclass(frozen=True, slots=True)
class _Kept:
    """What staff are told of a result once it is written."""

    client_id: int
    arrived: Arrived
    score: int | None


def keep(items: list[Arrived]) -> None:
    """Write results, the scores that they make and the alerts that they raise, 100 in a transaction. What is written
    is taken off the list, so that a second try after a failure writes nothing twice."""
    while items:
        _keep(items[:WRITTEN_AT_ONCE])
        del items[:WRITTEN_AT_ONCE]
        if items:
            GATEWAY.socketio.sleep(0)


def _keep(items: list[Arrived]) -> None:
    known = devices.by_ids({item.device_id for item in items})
    newest = queries.newest_findings(known)
    kept = [_scored(item, known[item.device_id], newest.setdefault(item.device_id, {}))
            for item in items if item.device_id in known]
    if not kept:
        return
    for device_id, device in known.items():
        _note_health(device, newest.get(device_id, {}), at=kept[-1].arrived.at)
    db.session.execute(insert(DiagnosticResult), [_values(each) for each in kept])
    changed = alerts.follow([(each.client_id, each.arrived.device_id, each.arrived.finding) for each in kept])
    db.session.commit()
    _tell(kept)
    alerts.tell(changed)
    _hold_down([each.arrived.device_id for each in kept])


_arrived: Batch[Arrived] = Batch(keep, seconds=1.0, most=MOST_WAITING)


def _scored(item: Arrived, device: Device, newest: dict[str, Finding]) -> _Kept:
    newest[checks.slot(item.finding.check_type)] = item.finding
    return _Kept(device.client_id, item, checks.score(newest))


def _note_health(device: Device, newest: dict[str, Finding], *, at: datetime) -> None:
    device.health_score, device.examined_at = checks.score(newest), at
    found = checks.reasons(newest)
    if device.health_reasons != found:
        device.health_reasons = found


def _values(kept: _Kept) -> dict[str, Any]:
    item = kept.arrived
    return {"device_id": item.device_id, "check_type": item.finding.check_type, "status": item.finding.status,
            "label": item.finding.label, "value": item.finding.value, "results": item.results,
            "health_score": kept.score, "created_at": item.at}


def _tell(kept: list[_Kept]) -> None:
    for each in kept:
        item = each.arrived
        IT.to_staff(each.client_id, UPDATE, {
            "deviceId": item.device_id, "checkType": item.finding.check_type, "status": item.finding.status,
            "results": item.results, "healthScore": each.score})
        announce.PACE.tell(each.client_id, EXAMINED, item.device_id, {
            "deviceId": item.device_id, "healthScore": each.score, "examined_at": clock.iso(item.at)})


def _hold_down(device_ids: list[str]) -> None:
    """Look now and then whether a busy device has more rows than one may have."""
    for device_id in device_ids:
        count = _since_looked[device_id] = _since_looked.get(device_id, 0) + 1
        if count >= LOOK_EVERY:
            del _since_looked[device_id]
            _drop_oldest(device_id)


def _drop_oldest(device_id: str) -> None:
    old = queries.beyond(device_id, most=MOST_ROWS, limit=LOOK_EVERY * 2)
    if old:
        db.session.execute(delete(DiagnosticResult).where(DiagnosticResult.id.in_(old)))
        db.session.commit()


prune = Rule("results of checks", "diagnostic_days", DiagnosticResult.id, queries.older_than)
