"""CSV files that a spreadsheet opens as they are meant: what customers and devices wrote stays text in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context

from connectassist.core import clock, foreign, jobs

#: What spreadsheets take for the beginning of a formula, in its wide and small forms too. Where they part cells at
#: semicolons, as in much of Europe, a cell may begin in the middle of a text.
_FORMULA = re.compile(r"(^|;)(?=[\s\"']*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫−])")
_LONGEST_CELL = 500
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel reads names in the wrong alphabet

Page = Iterable[Iterable[Any]]


def answer(name: str, headings: Sequence[str], pages: Iterable[Page]) -> Response:
    """The download of a CSV file, sent as its pages of rows come in; today's date stands behind its name."""
    body = stream_with_context(_written(headings, pages))
    told = f'attachment; filename="{name}-{clock.now():%Y-%m-%d}.csv"'
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": told, "Cache-Control": "no-store",
                                                        "X-Content-Type-Options": "nosniff"})


def _written(headings: Sequence[str], pages: Iterable[Page]) -> Iterator[bytes]:
    """A page is written in a real thread: a thousand rows take long enough to hold others up."""
    yield _BYTE_ORDER_MARK + lines([headings])
    for page in pages:
        yield jobs.run_blocking(lines, page)


def lines(rows: Page) -> bytes:
    """Lines of a CSV file, as spreadsheets read them."""
    written = io.StringIO()
    csv.writer(written).writerows([safe_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula: customers and devices choose what stands here. What
    can't be seen becomes a blank first, for a formula may hide behind it."""
    given = "" if value is None else str(value)
    is_plain = given.isprintable() and len(given) <= _LONGEST_CELL
    cell = given if is_plain else foreign.text(given, _LONGEST_CELL)
    return _FORMULA.sub(r"\1'", cell)
