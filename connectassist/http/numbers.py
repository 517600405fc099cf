"""Numbers in addresses: `<int:ticket_id>` takes what a database's column holds; a larger one names nothing, so 404."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from connectassist.core.ids import LARGEST_ID


def up_to(largest: int) -> str:
    """An expression for the whole numbers up to one. A number that the expression takes and a converter then refuses
    would answer 405 where the address knows other methods."""
    digits = str(largest)
    smaller = [f"{digits[:at]}[0-{int(digit) - 1}]" + rf"\d{{{len(digits) - at - 1}}}"
               for at, digit in enumerate(digits) if digit != "0"]
    shorter = [rf"\d{{1,{len(digits) - 1}}}"] if len(digits) > 1 else []
    return "|".join([*shorter, *smaller, digits])


class RowNumber(IntegerConverter):
    """A whole number that may be a row's."""

    regex = f"0*(?:{up_to(LARGEST_ID)})"

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **{"max": LARGEST_ID, **options})


def install(app: Flask) -> None:
    """Read every `<int:…>` so. Comes before the routes."""
    app.url_map.converters["int"] = RowNumber
