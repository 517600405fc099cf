"""Callers of contract 003: whatever they are answered is held against the document's table of rows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Member
from tests.contracts import rows_003 as rows
from tests.contracts.rows_003 import ERROR, Row
from tests.contracts.shape import fits


class Caller:
    """`caller.good(rows.CLAIM, {"limit": 1})` and `caller.refused(404, rows.EXTEND, {…}, command_id="…")`."""

    def __init__(self, app: Flask, headers: Mapping[str, str] | None = None) -> None:
        self.app, self.headers = app, dict(headers or {})
        self._client = app.test_client(use_cookies=False)

    def call(self, row: Row, body: Any = None, *, query: dict[str, Any] | None = None, **ids: Any) -> TestResponse:
        """`ids` stand in the path."""
        path = re.sub(r"<(\w+)>", lambda found: str(ids[found[1]]), row.path)
        return self._client.open(path, method=row.method, json=body, query_string=query, headers=self.headers)

    def good(self, row: Row, body: Any = None, *, holds: bool = True, **ids: Any) -> Any:
        """The answer of a call that goes well, with all that the document shows; `holds=False`: its lists are empty."""
        answer = self.call(row, body, **ids)
        assert answer.status_code == row.status, answer.text
        assert answer.mimetype == "application/json"
        assert not holds or fits(answer.json, row.answer), row.rule
        return answer.json

    def refused(self, status: int, row: Row, body: Any = None, **ids: Any) -> dict[str, Any]:
        """The error of one that is refused: `code`, `message`, `details`, and nothing around them."""
        answer = self.call(row, body, **ids)
        assert answer.status_code == status, f"{row.rule}: {answer.status_code} {answer.text}"
        assert answer.mimetype == "application/json" and set(answer.json) == {"error"}
        assert fits(answer.json, ERROR), row.rule
        return answer.json["error"]


class Gateway:
    """Everyone of contract 003 at one server."""

    def __init__(self, app: Flask, cast: Mapping[str, Member]) -> None:
        self.app, self.cast = app, cast
        self.nobody = Caller(app)
        self.customer, self.admin = self.acting("customer"), self.acting("admin")

    def acting(self, name: str) -> Caller:
        """A member of the cast."""
        return Caller(self.app, self.cast[name].headers)

    def device(self, **provision: Any) -> Device:
        """A device that the customer has announced and that came: registered, signed in."""
        return Device(self, **provision)


class Device(Caller):
    """A device of the customer's."""

    def __init__(self, gateway: Gateway, **provision: Any) -> None:
        self.device_id = f"dev-{uuid.uuid4().hex[:12]}"
        self.told = gateway.customer.good(rows.PROVISION, {"deviceId": self.device_id, **provision})
        self.registered = gateway.nobody.good(rows.REGISTER, {
            "deviceId": self.device_id, "activationCode": self.told["device"]["activationCode"]})
        self.secret = self.registered["deviceSecret"]
        self.token = gateway.nobody.good(rows.AUTH, {"deviceId": self.device_id, "deviceSecret": self.secret})["token"]
        super().__init__(gateway.app, {"X-Device-Token": self.token})

    def queues(self, command: str = "ping", **more: Any) -> str:
        """Queue a command for itself; its id."""
        return self.good(rows.ENQUEUE, {"command": command, "parameters": {}, **more})["id"]

    def claims(self, **how: Any) -> dict[str, Any]:
        """Its next command."""
        (claimed,) = self.good(rows.CLAIM, {"limit": 1, **how})["commands"]
        return claimed

    def finishes(self, claimed: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return self.good(rows.RESULT, answer_to(claimed, **more), command_id=claimed["id"])


def answer_to(claimed: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A result, as the document writes one."""
    return {"claimToken": claimed["claimToken"], "status": "success", "output": "done",
            "executedAt": "2026-01-01T00:00:00.000Z", "duration": 12, **more}
