"""How preferences are shown: camelCase when read, the row when written, as contract 001's clients expect."""

from __future__ import annotations

from typing import Any

from connectassist.features.preferences.models import Preferences

_RATES = {"phone_support_rate": "phoneSupportRate", "whatsapp_support_rate": "whatsappSupportRate",
          "remote_control_support_rate": "remoteControlSupportRate"}


def preferences_view(found: Preferences) -> dict[str, Any]:
    """Preferences as they are read."""
    return {"dashboardLayout": found.dashboard_layout,
            "sessionHistoryRetentionDays": found.session_history_retention_days,
            **{shown: float(getattr(found, name)) for name, shown in _RATES.items()}}


def preferences_row(found: Preferences) -> dict[str, Any]:
    """Preferences as they are kept."""
    return {"technician_id": found.user_id, "dashboard_layout": found.dashboard_layout,
            "session_history_retention_days": found.session_history_retention_days,
            **{name: float(getattr(found, name)) for name in _RATES}, "updated_at": found.updated_at}
