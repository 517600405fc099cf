"""A whole site in place of a server, for `pytest --site=sticky`: two processes, PostgreSQL and Redis behind nginx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.live.nginx import Nginx
from tests.live.redis import Redis
from tests.live.server import Http, Server
from tests.live.site import Site

#: Who trusts the authorities of this file: requests and Python's TLS, websocket-client, Node.
TRUST = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "WEBSOCKET_CLIENT_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class Whole(Site):
    """To its callers a server like any other, whose address is nginx'. `ends` takes what outlives a stop of it."""

    def __init__(self, folder: Path, *, ends: ExitStack, trusted: Path, way: str, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._redis, web = Redis(folder), folder / "web"
        settings = {"redis_url": self._redis.url, "proxy_hops": 1, "accel_redirect": "on", "web_folder": web}
        super().__init__(folder, **settings | options)
        self._nginx = Nginx(folder / "nginx", ports=self.ports, web_folder=web)
        if way == "spread":
            spread(self._nginx)
        self.url = self._nginx.url
        with trusted.open("ab") as bundle:
            bundle.write(self._nginx.authority.read_bytes())
        self._trusted, self._ends = trusted, ends

    def start(self) -> Whole:
        if self._ends is not None:
            self._ends.callback(self._redis.start().stop)
            self._ends.callback(self._nginx.start().stop)
            self._ends = None
        super().start()
        return self

    def http(self, name: str = "nobody") -> Http:
        made = super().http(name)
        made._session.verify = str(self._trusted)
        return made


def spread(nginx: Nginx) -> None:
    """Send one call here and the next there, whoever calls, so that no process knows more of a caller than another."""
    site = nginx.folder / "site.conf"
    text, count = re.subn(r"\n    hash .*;", "", site.read_text())
    assert count
    site.write_text(text)


@pytest.fixture(scope="session")
def make_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
                ) -> Iterator[Callable[..., Server]]:
    """What a real server of the run is: `Server`, or what `--site` makes of it."""
    way = request.config.getoption("--site")
    if not way:
        yield Server
        return
    trusted = tmp_path_factory.mktemp("trusted") / "authorities.pem"
    trusted.touch()
    with ExitStack() as ends, pytest.MonkeyPatch.context() as environment:
        for name in TRUST:
            environment.setenv(name, str(trusted))
        yield lambda folder, **options: Whole(folder, ends=ends, trusted=trusted, way=way, **options)
