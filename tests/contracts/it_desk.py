"""Callers of contract 004: whatever they are answered is held against the document's table of rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Member
from tests.contracts.rows_004 import ERROR, Row
from tests.contracts.shape import fits


class Caller:
    """`caller.good(rows.TICKETS, {"limit": 1})` and `caller.refused(404, rows.EDIT, {…}, ticket_id=7)`: what is given
    is the body, or stands behind the question mark where the row has none."""

    def __init__(self, app: Flask, headers: Mapping[str, str] | None = None) -> None:
        self.app, self.headers = app, dict(headers or {})
        self._client = app.test_client(use_cookies=False)

    def call(self, row: Row, given: Any = None, **ids: Any) -> TestResponse:
        """`ids` stand in the path."""
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), row.path)
        sent: dict[str, Any] = {"query_string": given} if row.method == "GET" else {"json": given}
        return self._client.open(path, method=row.method, headers=self.headers, **sent)

    def good(self, row: Row, given: Any = None, *, holds: bool = True, **ids: Any) -> Any:
        """The answer of a call that goes well, with all that the document shows; `holds=False`: its lists are empty."""
        answer = self.call(row, given, **ids)
        assert answer.status_code == row.status, answer.text
        assert answer.mimetype == "application/json"
        assert not holds or fits(answer.json, row.answer), row.rule
        return answer.json

    def refused(self, status: int, row: Row, given: Any = None, **ids: Any) -> dict[str, Any]:
        """The error of one that is refused. Only who showed no good token is told 401: the real client forgets its own
        then."""
        answer = self.call(row, given, **ids)
        assert answer.status_code == status, f"{row.rule}: {answer.status_code} {answer.text}"
        assert answer.mimetype == "application/json" and fits(answer.json, ERROR), row.rule
        assert (answer.headers.get("WWW-Authenticate") == "Bearer") == (status == 401)
        return answer.json


class ItDesk:
    """Everyone of contract 004 at one server."""

    def __init__(self, app: Flask, cast: Mapping[str, Member]) -> None:
        self.app, self.cast = app, cast
        self.nobody, self.customer, self.agent = Caller(app), self.acting("customer"), self.acting("technician_a")
        self.admin, self.expired = self.acting("admin"), Caller(app, {"Authorization": "Bearer x.y.z"})

    def acting(self, name: str) -> Caller:
        """A member of the cast."""
        return Caller(self.app, self.cast[name].headers)
