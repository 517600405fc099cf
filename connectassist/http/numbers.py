"""Numbers in addresses: `<int:ticket_id>` takes what a database's column holds; a larger one names nothing, so 404."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from connectassist.core.ids import LARGEST_ID


class RowNumber(IntegerConverter):
    """A whole number that may be a row's."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **{"max": LARGEST_ID, **options})


def install(app: Flask) -> None:
    """Read every `<int:…>` so. Comes before the routes."""
    app.url_map.converters["int"] = RowNumber
