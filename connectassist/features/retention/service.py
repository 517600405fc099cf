"""What is kept for how long: one table, which the server goes through every hour and an operator can try out.

Files of sessions and recordings have sweeps of their own, as bytes hang on them; here they are only told of.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectassist.core import audit, clock, leaps
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.accounts import service as accounts
from connectassist.features.alerts import service as alerts
from connectassist.features.chatbot import service as chatbot
from connectassist.features.commands import service as commands
from connectassist.features.device_chat import service as device_chat
from connectassist.features.diagnostics import service as diagnostics
from connectassist.features.enrollment import service as enrollment
from connectassist.features.files import queries as files
from connectassist.features.metrics import service as metrics
from connectassist.features.packages import service as packages
from connectassist.features.provisioning import service as provisioning
from connectassist.features.recordings import queries as recordings
from connectassist.features.retention import queries
from connectassist.http.context import settings
from connectassist.identity.principal import Principal
from connectassist.realtime.retention import MOST_COUNTED, Rule

prune_log = Rule("entries of the log", "audit_days", AuditEntry.id, queries.entries_before)
RULES = (
    packages.prune, packages.prune_codes, enrollment.prune, provisioning.prune, provisioning.prune_sign_ins,
    accounts.prune, commands.prune, diagnostics.prune, alerts.prune, device_chat.prune, chatbot.prune,
    metrics.prune_minutes, metrics.prune_hours, prune_log,
)


def run() -> dict[str, int]:
    """Delete everything whose time is over. Returns how much of what."""
    return {rule.what: rule() for rule in RULES}


def run_when_due() -> dict[str, int]:
    """The same every hour, unless the clock may be wrong."""
    return run() if leaps.is_believed(settings().instance) else {}


def run_for(by: Principal) -> dict[str, int]:
    """The same because somebody wants it now; it stands in the log."""
    gone = run()
    told = ", ".join(f"{count} {what}" for what, count in gone.items() if count) or "nothing"
    audit.record(by, "retention.run", f"Deleted what was too old: {told}")
    db.session.commit()
    return gone


def outlook() -> list[dict[str, Any]]:
    """What is kept for how long, and how much of it would be deleted now."""
    return [*map(_told, RULES), *_files()]


def _told(rule: Rule) -> dict[str, Any]:
    waiting = rule.waiting()
    return {"what": rule.what, "days": rule.days or None, "setting": _named(rule.setting), "waiting": waiting,
            "is_more": waiting == MOST_COUNTED}


def _files() -> list[dict[str, Any]]:
    kept = settings()
    old = clock.now() - timedelta(days=kept.recording_days)
    return [
        {"what": "files that travelled through sessions", "days": kept.file_hours / 24, "is_more": False,
         "setting": _named("file_hours"), "waiting": files.count_overdue()},
        {"what": "recordings", "days": kept.recording_days or None, "setting": _named("recording_days"),
         "is_more": False, "waiting": recordings.count_ended_before(old) if kept.recording_days else 0}]


def _named(setting: str | None) -> str | None:
    return f"CONNECTASSIST_{setting.upper()}" if setting else None
