"""Fields for what people type: trimmed, without control characters, never None."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from connectassist.core import foreign


class Line(fields.String):
    """One line of text. Control and direction characters become spaces, which are then joined."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize(foreign.line(value) if isinstance(value, str) else value, *args, **kwargs) or ""


class Notes(fields.String):
    """Text of several lines, cleaned line by line."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        clean = "\n".join(map(foreign.line, value.splitlines())).strip() if isinstance(value, str) else value
        return super().deserialize(clean, *args, **kwargs) or ""
