"""Can this server serve? What it leans on, in contract 003's words."""

from __future__ import annotations

from typing import Any

from flask import current_app

from connectassist.core.reachable import Readiness

SENTENCES = {"database": "The database does not answer", "redis": "Redis does not answer"}


def asked() -> dict[str, Any]:
    """The answer of /readyz. Names what is missing, and nothing of where it is."""
    needs: Readiness = current_app.extensions["readiness"]
    checks = needs.checks()
    errors = [SENTENCES[name] for name, is_well in checks.items() if is_well is False]
    return {"ready": not errors, "checks": checks} | ({"errors": errors} if errors else {})


def database_answers() -> bool:
    """Is the database there?"""
    needs: Readiness = current_app.extensions["readiness"]
    return bool(needs.checks()["database"])
