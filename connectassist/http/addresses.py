"""What stands in addresses: `<int:ticket_id>` takes what a database's column holds, `<device_id>` what may be a name.
Anything else names nothing, so 404."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, PathConverter, UnicodeConverter

from connectassist.core.ids import LARGEST_ID


class RowNumber(IntegerConverter):
    """A whole number that may be a row's."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **{"max": LARGEST_ID, **options})


class Name(UnicodeConverter):
    """One part of an address; nothing has a NUL in its name."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\0]")


class Names(PathConverter):
    """Several parts, without NULs too."""

    regex = r"[^/\0][^\0]*?"


def install(app: Flask) -> None:
    """Read every address so. Comes before the routes."""
    app.url_map.converters |= {"int": RowNumber, "default": Name, "string": Name, "path": Names}
