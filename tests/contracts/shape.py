"""Shapes of documented answers: `fits(answer, {"success": True, "code": str, "expires_at": TIME})`.

A value in a shape is a type, a tuple of types, a checking function, a nested shape, `[shape]` for lists of at least
one, or the very value that must be there. Extra fields are welcome; missing or otherwise typed ones are not.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NONE = type(None)


def TIME(value: Any) -> bool:
    """ISO-8601 in UTC with milliseconds and Z."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def TIME_OR_NONE(value: Any) -> bool:
    return value is None or TIME(value)


def is_after(text: str, **span: float) -> bool:
    """Is a moment about so far from now?"""
    away = datetime.fromisoformat(text) - datetime.now(UTC) - timedelta(**span)
    return abs(away) < timedelta(minutes=1)


#: An error as the desk's clients read it.
ERROR = {"success": False, "error": str, "detail": str, "error_code": str, "timestamp": TIME}


def misfits(value: Any, shape: Any, *, at: str = "$") -> list[str]:
    """Where a value departs from a shape, in words."""
    if isinstance(shape, dict):
        return _in_object(value, shape, at)
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{at} is {value!r}, not a list of something"]
        return [each for index, item in enumerate(value) for each in misfits(item, shape[0], at=f"{at}[{index}]")]
    if isinstance(shape, type | tuple):
        kinds = shape if isinstance(shape, tuple) else (shape,)
        return [] if type(value) in kinds else [f"{at} is {value!r}, not {kinds}"]
    good = shape(value) if callable(shape) else value == shape and type(value) is type(shape)
    return [] if good else [f"{at} is {value!r}, not {getattr(shape, '__name__', shape)!r}"]


def _in_object(value: Any, shape: dict[str, Any], at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at} is {value!r}, not an object"]
    lost = [f"{at}.{name} is missing" for name in shape if name not in value]
    return lost + [each for name in shape if name in value
                   for each in misfits(value[name], shape[name], at=f"{at}.{name}")]


def fits(value: Any, shape: Any) -> bool:
    """Assert that a value has a shape."""
    found = misfits(value, shape)
    assert not found, "; ".join(found)
    return True
