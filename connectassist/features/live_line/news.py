"""What is told over the live line when something happens elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from connectassist.features.alerts import service as device_alerts
from connectassist.features.devices import queries as devices
from connectassist.features.live_line import service
from connectassist.features.live_line.audiences import News
from connectassist.features.live_line.service import JOURNAL, LINES
from connectassist.features.metrics import rows as metric_rows
from connectassist.features.metrics import service as metrics

if TYPE_CHECKING:
    from connectassist.features.alerts.models import Alert
    from connectassist.features.metrics.models import SystemAlert

log = logging.getLogger(__name__)


def _aside(tell: Callable[..., None]) -> Callable[..., None]:
    """Where nobody listens nothing is written; and what goes wrong here is not the trouble of whoever did the thing
    that is told of: that is done and committed."""
    @wraps(tell)
    def told(*what: Any) -> None:
        if not LINES.are_used:
            JOURNAL.skip()
            return
        try:
            tell(*what)
        except Exception:
            JOURNAL.skip()
            log.exception("unexpected error while telling of %s", tell.__name__)
    return told


@_aside
def system_alert(alert: SystemAlert) -> None:
    """An alert of the server was opened, changed or closed."""
    service.tell(News("alert", f"system alert {alert.id}", None, is_for_all=True,
                      staff={"alert": metric_rows.recent_system_alert(alert)}))


@_aside
def device_alerts_changed(alerts: list[Alert]) -> None:
    """Alerts of devices were opened, changed or closed."""
    known = devices.by_ids({alert.device_id for alert in alerts})
    for alert in alerts:
        hostname = known[alert.device_id].hostname if alert.device_id in known else None
        service.tell(News("alert", f"alert {alert.id}", alert.client_id, staff={
            "alert": metric_rows.recent_device_alert(alert, hostname=hostname)}))


metrics.on_alert.append(system_alert)
device_alerts.on_told.append(device_alerts_changed)
