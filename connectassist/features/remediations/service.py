"""Remediations: asking for one act from the whitelist, which the person at the device must allow, and what came of it.

A request is `sent`, `running` from the person's yes on, and then once `done`, `failed` or `declined`. One that nobody
answers is `expired` after ten minutes, one that runs after an hour; if the answer comes after all, it counts, for it
says what was done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from connectassist.core import audit, clock, foreign, ids
from connectassist.core.db import db
from connectassist.core.errors import DeviceOffline
from connectassist.features.devices import queries as devices
from connectassist.features.remediations import actions, queries
from connectassist.features.remediations.models import Remediation
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT, IT

REQUEST = AGENT.events.sends("remediation_request", to="the device",
                             fields="actionId requestId parameter technicianName",
                             doc="Ask the person at the device for this act from the whitelist, and do it on a yes.")
UPDATE = IT.events.sends("device_remediation_update", to="staff",
                         fields="deviceId success message requestId actionId state",
                         doc="What came of a remediation; `state` is done, failed, declined or expired.")
CHANGED = GATEWAY.events.sends("remediation-changed", to="staff", fields="deviceId requestId actionId state",
                               doc="A device was asked for a remediation, or answered.")
SENT, RUNNING, DONE, FAILED, DECLINED, EXPIRED = "sent", "running", "done", "failed", "declined", "expired"
WAITS_MINUTES, RUNS_MINUTES, LARGEST_SNAPSHOT = 10, 60, 32 * 1024
NO_ANSWER = "Nobody answered at the device in time"
NO_END = "It was begun, and the device did not tell how it ended"


def request(device_id: str, *, action_id: str, parameter: str | None, by: Principal) -> Remediation:
    """Ask a device for an act. `by` is staff, or the device itself where its user took up a proposal.
    Raises DeviceNotFound, ValidationFailed, RateLimited, DeviceOffline."""
    device = devices.open_to(by, device_id)
    parameter = actions.of(action_id).checked(parameter)
    limiter().spend(limits.REMEDIATION_REQUESTS, "remediations asked of", device_id)
    if not AGENT.has_device(device_id):
        raise DeviceOffline()
    asked = _written(device.client_id, device_id, action_id, parameter, by)
    payload = {"actionId": action_id, "requestId": asked.request_id, "parameter": parameter,
               "technicianName": asked.asked_by if by.is_staff else None}
    if not AGENT.to_device(device_id, REQUEST, payload):
        _expire(asked, DeviceOffline.sentence)
        db.session.commit()
        raise DeviceOffline()
    _hint(device.client_id, asked)
    return asked


def _written(client_id: int, device_id: str, action_id: str, parameter: str | None, by: Principal) -> Remediation:
    asked = Remediation(
        request_id=f"rem-{clock.milliseconds(clock.now())}-{ids.handle()}", device_id=device_id, action_id=action_id,
        parameter=parameter, state=SENT, asked_by=foreign.text(by.name, 120), asked_by_id=by.user_id)
    db.session.add(asked)
    audit.record(by, "remediation.request", f"{by.name} asked {device_id} for {action_id}", client_id=client_id,
                 device_id=device_id, request_id=asked.request_id, action_id=action_id, parameter=parameter)
    db.session.commit()
    return asked


def begin(device_id: str, said: dict[str, Any]) -> None:
    """The person at a device said yes, and it is being done."""
    request_id = said.get("requestId")
    asked = queries.of_device(device_id, request_id) if isinstance(request_id, str) else None
    device = devices.by_id(device_id)
    if asked is not None and device is not None and _claim(asked.request_id, RUNNING, among=(SENT,)):
        db.session.commit()
        db.session.refresh(asked)
        _hint(device.client_id, asked)


def receive(device_id: str, said: dict[str, Any]) -> None:
    """A device tells what came of a request. Only the one that was asked is heard, and only once."""
    request_id = said.get("requestId")
    asked = queries.of_device(device_id, request_id) if isinstance(request_id, str) else None
    device = devices.by_id(device_id)
    if asked is None or device is None or not _claim(asked.request_id, _outcome(said)):
        return
    db.session.refresh(asked)
    asked.message, asked.finished_at = foreign.lines(said.get("message"), 2000), clock.now()
    asked.before, asked.after = _snapshot(said.get("before")), _snapshot(said.get("after"))
    audit.record(principal.device(device_id), "remediation.result", f"{device_id}: {asked.action_id} is {asked.state}",
                 client_id=device.client_id, device_id=device_id, request_id=asked.request_id, state=asked.state)
    db.session.commit()
    _tell(device.client_id, asked)


def _outcome(said: dict[str, Any]) -> str:
    if said.get("declined") is True:
        return DECLINED
    return DONE if said.get("success") is True else FAILED


def _claim(request_id: str, state: str, *, among: tuple[str, ...] = (SENT, RUNNING, EXPIRED)) -> bool:
    """Take the request out of waiting; False for whoever comes second."""
    claimed = db.session.execute(update(Remediation).values(state=state).where(
        Remediation.request_id == request_id, Remediation.state.in_(among))
        .execution_options(synchronize_session=False))
    return claimed.rowcount == 1  # type: ignore[attr-defined]


def _snapshot(said: Any) -> dict[str, Any] | None:
    return foreign.bounded(said, largest=LARGEST_SNAPSHOT) if isinstance(said, dict) else None


def expire() -> int:
    """Give up requests that nobody answers. Returns how many."""
    unheard = queries.unanswered(state=SENT, minutes=WAITS_MINUTES)
    overdue = unheard + queries.unanswered(state=RUNNING, minutes=RUNS_MINUTES)
    known = devices.by_ids({asked.device_id for asked in overdue})
    for asked in overdue:
        _expire(asked, NO_ANSWER if asked.state == SENT else NO_END)
    db.session.commit()
    for asked in overdue:
        if asked.device_id in known:
            _tell(known[asked.device_id].client_id, asked)
    return len(overdue)


def _expire(asked: Remediation, why: str) -> None:
    asked.state, asked.message, asked.finished_at = EXPIRED, why, clock.now()


def _tell(client_id: int, asked: Remediation) -> None:
    IT.to_staff(client_id, UPDATE, {
        "deviceId": asked.device_id, "success": asked.state == DONE, "message": asked.message,
        "requestId": asked.request_id, "actionId": asked.action_id, "state": asked.state})
    _hint(client_id, asked)


def _hint(client_id: int, asked: Remediation) -> None:
    announce.PACE.tell(client_id, CHANGED, asked.request_id, {
        "deviceId": asked.device_id, "requestId": asked.request_id, "actionId": asked.action_id,
        "state": asked.state})
