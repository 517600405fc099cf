"""How a support code is shown: contract 002's fields and what its pages need besides."""

from __future__ import annotations

from typing import Any

from connectassist.features.support_codes.models import SupportCode

_PLAIN = ("code", "customer_name", "customer_email", "customer_phone", "notes", "technician_name", "client_id",
          "created_at", "expires_at", "uses", "downloads")


def code_row(code: SupportCode) -> dict[str, Any]:
    """An active code as staff see it."""
    return {**{name: getattr(code, name) for name in _PLAIN}, "session_notes": code.notes, "status": "active"}


def made_row(code: SupportCode, download_url: str | None) -> dict[str, Any]:
    """What making a code answers."""
    return {"success": True, "support_code": code.code, "customer_name": code.customer_name,
            "expires_at": code.expires_at, "created_at": code.created_at, "client_id": code.client_id,
            "customer_data": customer_data(code), "download_url": download_url,
            "client_package": {"created": download_url is not None, "download_url": download_url}}


def customer_data(code: SupportCode) -> dict[str, Any]:
    """Whom the code was made for, under the names that 002's portal reads."""
    return {"customer_name": code.customer_name, "customer_email": code.customer_email,
            "customer_phone": code.customer_phone, "session_notes": code.notes}
