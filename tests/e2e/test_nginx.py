"""The spine through the real nginx, with TLS: code, package, consent, picture, input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.live.nginx import Nginx, Proxied
from tests.stage.scene import Scene
from tests.stage.server import Server

pytestmark = pytest.mark.timeout(240)


class Trusting:
    """A browser that takes the throw-away certificate."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def new_context(self, **options: Any) -> BrowserContext:
        return self._browser.new_context(**options, ignore_https_errors=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder, web = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("web")
    server = Server(folder, proxy_hops=1, accel_redirect="on", web_folder=web)
    nginx = Nginx(folder / "nginx", ports=[server.port], web_folder=web).start()
    with pytest.MonkeyPatch.context() as trust:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            trust.setenv(name, str(nginx.authority))
        yield Proxied(server, nginx)
    nginx.stop()
    server.stop()


def test_the_spine_through_nginx(site: Proxied, browser: Browser, tmp_path: Path) -> None:
    scene = Scene(tmp_path, Trusting(browser), site)  # type: ignore[arg-type]
    try:
        scene.starts()
        scene.works()
        codes = scene.api.get("/api/support-codes").json()["support_codes"]
        assert [code["downloads"] for code in codes] == [1]
        assert list((Path(site.server._environment["CONNECTASSIST_WEB_FOLDER"]) / "packages").iterdir())
    finally:
        scene.close()
