"""A server behind the real nginx, and programs that trust its certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import Template
from tests.live.nginx import Nginx, Proxied
from tests.live.server import Server


@pytest.fixture(scope="module")
def sites(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Proxied]]:
    """Start servers behind nginx: `sites(rate_limits="on")`. Programs of this process trust their authorities."""
    ends: list[Callable[[], Any]] = []
    trust = pytest.MonkeyPatch()

    def start(**changes: Any) -> Proxied:
        folder, web = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("web")
        server = Server(folder, cast=template.cast, proxy_hops=1, accel_redirect="on", web_folder=web,
                        **template.copy_to(folder) | changes)
        ends.append(server.stop)
        server.start()
        nginx = Nginx(folder / "nginx", ports=[server.port], web_folder=web)
        ends.append(nginx.stop)
        nginx.start()
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE"):
            trust.setenv(name, str(nginx.authority))
        return Proxied(server, nginx)

    yield start
    trust.undo()
    for end in reversed(ends):
        end()


@pytest.fixture(scope="module")
def site(sites: Callable[..., Proxied]) -> Proxied:
    return sites()
