"""Is the caller a program on this computer, with nobody in between?

A reverse proxy makes every caller look like this computer, a web page can make a browser call it (CSRF), and a name
that an attacker points here makes such a page look like ours (DNS rebinding). None of them counts.
"""

from __future__ import annotations

import re

from flask import request

from connectassist.identity import share_secrets, tokens

_HERE = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_OUR_NAMES = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")
_BY_PROXIES = ("Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Original-Host")
_PROOFS = ("Authorization", "X-Device-Id", "X-Device-Secret")


def was_passed_on() -> bool:
    """Does the request say that a proxy sent it on?"""
    names = [name.title() for name, _ in request.headers]
    return any(name in _BY_PROXIES or name.startswith("X-Forwarded") for name in names)


def is_direct() -> bool:
    """Did a program on this computer send the request itself, to this computer by its own name?"""
    origin = request.headers.get("Origin")
    return (request.remote_addr in _HERE and not was_passed_on() and bool(_OUR_NAMES.fullmatch(request.host))
            and origin in (None, f"{request.scheme}://{request.host}")
            and request.headers.get("Sec-Fetch-Site") in (None, "same-origin", "none"))


def shows_no_proof() -> bool:
    """Did the caller say nothing of who they are?"""
    cookies = (tokens.COOKIE, share_secrets.COOKIE)
    return not any(name in request.headers for name in _PROOFS) and not any(name in request.cookies for name in cookies)
