"""Headers every answer carries: what browsers may do with our pages, and cross-origin rules."""

from __future__ import annotations

from flask import Flask, Response, g, request

from connectassist.core.settings import Settings

#: Paths whose answers hold for whoever asked, and for now.
OF_THE_MOMENT = ("/api/", "/health", "/readyz", "/version", "/metrics")
_POLICY = ("default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:; "
           "style-src {style}; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
           "frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
_ALWAYS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "DENY"))


def install(app: Flask, settings: Settings) -> None:
    """Add the security headers, and CORS for the configured origins, to every answer."""

    @app.after_request
    def add(response: Response) -> Response:
        wanted = [("Content-Security-Policy", _POLICY.format(style=g.get("csp_style", "'self'"))), *_ALWAYS]
        is_private = request.path.startswith(OF_THE_MOMENT) or response.mimetype == "text/html"
        if is_private or response.status_code >= 400:  # nothing of it after signing out, and no refusal for good
            wanted.append(("Cache-Control", "no-store"))
        said = {name.lower() for name, _ in response.headers}  # once for all: `setdefault` looks for each by itself
        response.headers.extend([(name, value) for name, value in wanted if name.lower() not in said])
        _allow_origin(response, settings.cors_origins)
        return response


def _allow_origin(response: Response, allowed: tuple[str, ...]) -> None:
    if not allowed:
        return
    response.headers.add("Vary", "Origin")  # also where it isn't one of these: a cache must not give that to one
    origin = request.headers.get("Origin", "")
    if origin not in allowed:
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key, X-XSRF-TOKEN"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE"
