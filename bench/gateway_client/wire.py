"""One call over HTTP: tried again where that may help, an error where it can't."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import requests

from bench.gateway_client.errors import Refused, Unreachable
from bench.gateway_client.patience import Patience

TIMEOUT = 30.0
TOO_MANY = 429


class Wire:
    """Calls to one server. Each thread keeps a connection of its own."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self.url, self._timeout, self._mine = url.rstrip("/"), timeout, threading.local()

    def post(self, path: str, body: dict[str, Any], *, headers: Callable[[], dict[str, str]] = dict,
             patience: Patience) -> dict[str, Any]:
        """The answer to a POST. No connection, a 5xx and a 429 are tried again, with the headers as they are by then.
        Raises Refused, Unreachable, Stopped."""
        waits, problem = patience.waits(), ""
        while True:
            wait = next(waits, None)
            try:
                answer = self._session().post(self.url + path, json=body, headers=headers(), timeout=self._timeout)
                if answer.status_code < 500 and answer.status_code != TOO_MANY:
                    return _read(answer)
                problem = f"{answer.status_code}"
                wait = max(wait, _asked_to_wait(answer)) if wait is not None else None
            except requests.RequestException as trouble:
                problem = str(trouble)
            if wait is None:
                raise Unreachable(f"POST {path}: {problem}")
            patience.rest(wait)

    def _session(self) -> requests.Session:
        if not hasattr(self._mine, "session"):
            self._mine.session = requests.Session()
            self._mine.session.trust_env = False
        return self._mine.session


def _asked_to_wait(answer: requests.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdigit() else 0.0


def _read(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if answer.status_code < 400:
        return body
    error = body.get("error")
    error = error if isinstance(error, dict) else {"message": str(error or answer.reason)}
    raise Refused(answer.status_code, error.get("code", ""), error.get("message", ""), error.get("details"))
