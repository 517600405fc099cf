"""Signing in, and the way back to the page that wanted it."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from connectassist.http.context import provider
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.next_page import landing, safe_next
from connectassist.web.frame import blueprint


@blueprint.get("/login")
@who_may(ANYONE)
def login() -> ResponseReturnValue:
    """Ask for user name and password, or lead to the sign-in provider; who is signed in already goes straight on."""
    target = safe_next(request.args.get("next", ""))
    me = current_principal()
    if me.is_signed_in:
        return redirect(landing(target, is_customer=not me.is_staff))
    return render_template("login.html", next=target, customers_next=landing(target, is_customer=True),
                           provider=provider())
