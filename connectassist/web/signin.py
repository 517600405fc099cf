"""Signing in, and the way back to the page that wanted it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.web.frame import blueprint

HOME = "/dashboard"


@blueprint.get("/login")
@who_may(ANYONE)
def login() -> ResponseReturnValue:
    """Ask for user name and password; who is signed in already goes straight on."""
    target = safe_next(request.args.get("next", ""))
    if current_principal().is_staff:
        return redirect(target)
    return render_template("login.html", next=target)


def safe_next(target: str) -> str:
    """The path to go to after signing in: `target` when it is a path of this site, else the dashboard."""
    if not target.startswith("/") or "\\" in target or not target.isprintable():
        return HOME
    parts = urlsplit(target)
    is_elsewhere = parts.scheme or parts.netloc or target.startswith("//")
    return HOME if is_elsewhere or parts.path == "/login" else target
