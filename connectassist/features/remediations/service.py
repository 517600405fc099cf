"""Remediations: asking for one act from the whitelist, which the person at the device must allow."""

from __future__ import annotations

from connectassist.core import audit, clock, ids
from connectassist.core.db import db
from connectassist.core.errors import DeviceOffline
from connectassist.features.devices import queries as devices
from connectassist.features.remediations import actions
from connectassist.features.remediations.models import Remediation
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal
from connectassist.realtime.namespaces import AGENT

REQUEST = AGENT.events.sends("remediation_request", to="the device", fields="actionId requestId parameter",
                             doc="Ask the person at the device for this act from the whitelist, and do it on a yes.")
SENT, DONE, FAILED, DECLINED, EXPIRED = "sent", "done", "failed", "declined", "expired"


def request(device_id: str, *, action_id: str, parameter: str | None, by: Principal) -> Remediation:
    """Ask a device for an act. `by` is staff, or the device itself where its user took up a proposal.
    Raises DeviceNotFound, ValidationFailed, RateLimited, DeviceOffline."""
    device = devices.open_to(by, device_id)
    parameter = actions.of(action_id).checked(parameter)
    limiter().spend(limits.REMEDIATION_REQUESTS, "remediations asked of", device_id)
    if AGENT.of_device(device_id) is None:
        raise DeviceOffline()
    asked = _written(device.client_id, device_id, action_id, parameter, by)
    payload = {"actionId": action_id, "requestId": asked.request_id, "parameter": parameter}
    if not AGENT.to_device(device_id, REQUEST, payload):
        asked.state, asked.message, asked.finished_at = EXPIRED, DeviceOffline.sentence, clock.now()
        db.session.commit()
        raise DeviceOffline()
    return asked


def _written(client_id: int, device_id: str, action_id: str, parameter: str | None, by: Principal) -> Remediation:
    asked = Remediation(
        request_id=f"rem-{clock.milliseconds(clock.now())}-{ids.handle()}", device_id=device_id, action_id=action_id,
        parameter=parameter, state=SENT, asked_by=audit.printable(by.name, 120), asked_by_id=by.user_id)
    db.session.add(asked)
    audit.record(by, "remediation.request", f"{by.name} asked {device_id} for {action_id}", client_id=client_id,
                 device_id=device_id, request_id=asked.request_id, action_id=action_id, parameter=parameter)
    db.session.commit()
    return asked
