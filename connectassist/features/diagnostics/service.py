"""Diagnostics: asking a device to examine itself."""

from __future__ import annotations

from connectassist.core import clock, ids
from connectassist.core.errors import DeviceOffline, ValidationFailed
from connectassist.features.devices import queries as devices
from connectassist.features.diagnostics.checks import ALL, KNOWN
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal
from connectassist.realtime.namespaces import AGENT

REQUEST = AGENT.events.sends("diagnostic_request", to="the device", fields="checkType requestId itInitiated",
                             doc="Run this check, or `all` of them, and send each as a `diagnostic_result`.")


def request(device_id: str, *, check_type: str, by: Principal) -> str:
    """Ask a device to run a check. Returns the request's id.
    Raises DeviceNotFound, ValidationFailed, RateLimited, DeviceOffline."""
    devices.open_to(by, device_id)
    if check_type not in KNOWN and check_type != ALL:
        raise ValidationFailed("There is no such check", known=sorted({*KNOWN, ALL}))
    if by.user_id is not None:
        limiter().spend(limits.DIAGNOSTIC_REQUESTS, "diagnostics asked for by", str(by.user_id))
    limiter().spend(limits.DIAGNOSTIC_REQUESTS, "diagnostics asked of", device_id)
    request_id = f"diag-{clock.milliseconds(clock.now())}-{ids.handle()[:12]}"
    asked = {"checkType": check_type, "requestId": request_id, "itInitiated": by.is_staff}
    if not AGENT.to_device(device_id, REQUEST, asked):
        raise DeviceOffline()
    return request_id
