"""The JSON module that python-socketio is given: orjson behind the standard module's two functions."""

from __future__ import annotations

from typing import Any

import orjson

from connectassist.http.json import dumps as _dumps


def dumps(value: Any, **kwargs: Any) -> str:
    """Compact JSON text."""
    return _dumps(value).decode()


def loads(text: str | bytes, **kwargs: Any) -> Any:
    """Parse JSON. Raises ValueError."""
    return orjson.loads(text)
