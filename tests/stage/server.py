"""The real server on a fresh instance folder, as a new user starts it: nothing in it but the admin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from tests.cast import PASSWORD
from tests.live import server as live

__all__ = ["PASSWORD", "Server", "SignedIn"]


class SignedIn(requests.Session):
    """A person's HTTP session with a server: paths instead of URLs, the bearer token on each call."""

    def __init__(self, url: str, username: str, password: str, *, authority: Path | None = None) -> None:
        super().__init__()
        self.url, self.trust_env = url, False
        self.verify = str(authority) if authority else True
        answer = self.post("/api/auth/local/login", json={"username": username, "password": password})
        answer.raise_for_status()
        self.cookies.clear()
        self.headers["Authorization"] = "Bearer " + answer.json()["token"]

    def request(self, method: str, path: str, *args: Any, **options: Any) -> requests.Response:
        return super().request(method, self.url + path, *args, timeout=60, **options)


class Server(live.Server):
    """A server process that is up once it is made. `host` is an address of this machine other than 127.0.0.1."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", **settings: Any) -> None:
        super().__init__(folder, cast={}, host=host, **settings)
        self.url = f"http://{host}:{self.port}"
        self.start()

    def sign_in(self, username: str = "admin", password: str = PASSWORD) -> SignedIn:
        """Sign a person in over HTTP."""
        return SignedIn(self.url, username, password)
