"""How a case is shown: contract 001's rows, and ours beside them."""

from __future__ import annotations

from typing import Any

from connectassist.features.cases.models import Case

_PLAIN = ("id", "session_id", "device_id", "customer_name", "machine_name", "technician_id", "technician_name",
          "status", "title", "problem_description", "work_done", "recommendations", "remote_viewing_seconds",
          "phone_support_minutes", "whatsapp_support_minutes", "created_at", "updated_at")


def case_row(case: Case) -> dict[str, Any]:
    """A case as lists show it; its number is text there."""
    return {name: getattr(case, name) for name in _PLAIN} | {
        "case_number": str(case.number), "include_chat": case.includes_chat,
        "billable_total_seconds": billable_seconds(case)}


def case_view(case: Case) -> dict[str, Any]:
    """A case by itself, with the record of its session."""
    return case_row(case) | {"record": case.record}


def billable_seconds(case: Case) -> int:
    """The time that is charged: watching, telephone and WhatsApp together."""
    return case.remote_viewing_seconds + 60 * (case.phone_support_minutes + case.whatsapp_support_minutes)
