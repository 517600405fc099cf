"""Contract 000's dashboard over HTTP, as it signs in and calls; and what it reads of an error."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import PASSWORD
from tests.contracts.shape import ERROR, fits

#: How a caller reaches the server: with a token, through the mount, or from the server's own computer without proof.
WAYS = ("token", "mount", "localhost")


class Dashboard:
    """`dashboard.call("GET", "/api/devices")` answers in one of the WAYS; `acting("tina")` signs somebody else in."""

    def __init__(self, app: Flask, way: str, username: str = "admin") -> None:
        self.app, self.way = app, way
        self._client = app.test_client(use_cookies=False)
        self._prefix = "/pocket-it" if way == "mount" else ""
        shows_proof = way != "localhost" or username != "admin"
        self._headers = {"Authorization": f"Bearer {self._token(username)}"} if shows_proof else {}

    def _token(self, username: str) -> str:
        credentials = {"username": username, "password": PASSWORD}
        return self._client.post(f"{self._prefix}/api/admin/login", json=credentials).json["token"]

    def acting(self, username: str) -> Dashboard:
        return Dashboard(self.app, self.way, username)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Headers' names are written with underscores; one that is given replaces the dashboard's own proof."""
        given = {name.replace("_", "-"): value for name, value in headers.items()} or self._headers
        return self._client.open(self._prefix + path, method=method, json=body, headers=given)

    def good(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The body of an answer that must go well."""
        answer = self.call(method, path, body)
        assert answer.status_code == status, answer.text
        return answer.json

    def refused(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> str:
        """The sentence of an error: alone in its body where the caller came through the mount."""
        answer = self.call(method, path, body, **headers)
        assert answer.status_code == status, answer.text
        assert fits(answer.json, {"error": str} if self.way == "mount" else ERROR)
        assert self.way != "mount" or set(answer.json) == {"error"}
        return answer.json["error"]
