"""JSON as our clients need it: compact (a VBScript client searches for `"pending":true`), dates with Z."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from datetime import datetime
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from connectassist.core import clock


def _other(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.iso(value)
    raise TypeError(f"{type(value).__name__} can't be written as JSON")


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON."""
    return orjson.dumps(value, default=_other, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)


#: Half a character (`\ud83d` without its other half), as a program leaves behind that cuts a text at some length.
_HALF = re.compile(rb"\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F][\da-fA-F]{2})"
                   rb"|(?<!\\u[dD][89abAB][\da-fA-F][\da-fA-F])\\u[dD][c-fC-F][\da-fA-F]{2}")


def loads(text: str | bytes) -> Any:
    """What JSON says, with or without the mark of its encoding; half a character in it is shown as one that can't be
    shown. Raises ValueError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        written = text.encode() if isinstance(text, str) else text
        if b"\xff" in written:  # never in UTF-8: it stands for what is no escape below
            raise
        escapes = _HALF.sub(rb"\\ufffd", written.removeprefix(BOM_UTF8).replace(rb"\\", b"\xff\xff"))
        return orjson.loads(escapes.replace(b"\xff\xff", rb"\\"))


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return json_response(self._prepare_response_obj(args, kwargs))


def json_response(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(dumps(body), status, mimetype="application/json")
