"""Where to go after signing in: the page that asked for it, and nowhere outside this site."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/dashboard"
CUSTOMERS = "/my"


def safe_next(target: str) -> str:
    """The path to go to after signing in: `target` when it is a path of this site, else the dashboard."""
    if not target.startswith("/") or "\\" in target or not target.isprintable():
        return HOME
    parts = urlsplit(target)
    is_elsewhere = parts.scheme or parts.netloc or target.startswith("//")
    return HOME if is_elsewhere or parts.path == "/login" else target


def landing(target: str, *, is_customer: bool) -> str:
    """Where somebody lands who has just signed in and wanted to go to `target`: customers on their own pages."""
    return CUSTOMERS if is_customer and not target.startswith(CUSTOMERS + "/") else target
