"""The whole way through a provider program that others wrote, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.live.real_provider import RealProvider
from tests.live.server import Server


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
def test_signing_in_and_out(start_server: Callable[..., Server], real_provider: RealProvider, engine: str) -> None:
    client_id, secret = real_provider.register("http://localhost/api/auth/callback")
    server = start_server(async_mode=engine, public_url="http://localhost", oidc_issuer=real_provider.issuer,
                          oidc_client_id=client_id, oidc_client_secret=secret)
    real_provider.knows("tina-1", email="tina@example.com", email_verified=True, name="Tina")
    with requests.Session() as browser:
        browser.trust_env = False
        there = browser.get(f"{server.url}/api/auth/login?next=/codes", allow_redirects=False, timeout=30)
        back = browser.post(there.headers["Location"], data={"sub": "tina-1"}, allow_redirects=False, timeout=30)
        way = back.headers["Location"].replace("http://localhost/", f"{server.url}/")
        arrived = browser.get(way, allow_redirects=False, timeout=30)
        assert (arrived.status_code, arrived.headers["Location"]) == (302, "/codes"), arrived.text
        assert browser.get(f"{server.url}/api/auth/me", timeout=30).json()["user"]["username"] == "tina"
        assert browser.get(way, allow_redirects=False, timeout=30).status_code == 403
        browser.get(f"{server.url}/api/auth/logout", allow_redirects=False, timeout=30)
        assert browser.get(f"{server.url}/api/auth/me", timeout=30).status_code == 401
