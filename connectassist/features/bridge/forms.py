"""Bodies and query strings as old programs send them: VBScript without a content type, IE's forms, odd encodings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from flask import Response, render_template, request

from connectassist.core.errors import AppError, ValidationFailed
from connectassist.http.json import json_response

MOST_FIELDS = 20
_ESCAPED = re.compile(r"%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})")


def sent_fields() -> dict[str, Any]:
    """The body's fields: JSON, a form, or either under any content type. Raises ValidationFailed."""
    if request.mimetype == "multipart/form-data":
        return request.form.to_dict()
    text = _decoded(request.get_data(cache=True, parse_form_data=False)).strip()
    return _json(text) if text.startswith("{") else _form(text)


def _json(text: str) -> dict[str, Any]:
    try:
        return orjson.loads(text)
    except ValueError as problem:
        raise ValidationFailed("The body isn't valid JSON") from problem


def _form(text: str) -> dict[str, Any]:
    pairs = (pair.partition("=") for pair in text.split("&")[:MOST_FIELDS])
    return {_plain(name): _plain(value) for name, _, value in pairs}


def _plain(text: str) -> str:
    """A form's text. Old scripts write `escape(text)`: %E9 for an é, and %u20AC for what is beyond Latin-1."""
    spaced = text.replace("+", " ")
    if "%u" in spaced:
        return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), spaced)
    return _decoded(unquote_to_bytes(spaced))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def number(name: str) -> float | None:
    """A number of the query string; None for none and for what is no number (`undefined`, `NaN`)."""
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def answered(verb: Callable[[], dict[str, Any]]) -> Response:
    """What a verb returns, as JSON; as a small page for a form of an old browser, which would offer to save JSON."""
    if "text/html" not in request.headers.get("Accept", ""):
        return json_response(verb())
    try:
        return _page(200, said=f"Upload successful: {verb()['name']}", is_well=True)
    except AppError as refusal:
        return _page(refusal.status, said=refusal.sentence, is_well=False)


def _page(status: int, *, said: str, is_well: bool) -> Response:
    """A page that our own chat page may hold in a frame."""
    page = Response(render_template("bridge_sent.html", said=said, is_well=is_well), status, mimetype="text/html")
    page.headers["X-Frame-Options"] = "SAMEORIGIN"
    page.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'; base-uri 'none'"
    return page
