"""A desk whose staff sign in at a provider, and a browser to do it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.features.accounts.provider import CLIENT_ID, CLIENT_SECRET, HostileProvider, Visitor


@pytest.fixture
def provider() -> Iterator[HostileProvider]:
    started = HostileProvider()
    yield started
    started.stop()


@pytest.fixture
def joined_app(make_app: Callable[..., Flask], provider: HostileProvider) -> Flask:
    """The app with the provider configured."""
    return make_app(oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET)


@pytest.fixture
def visitor(joined_app: Flask, provider: HostileProvider) -> Visitor:
    return Visitor(joined_app.test_client(), provider)
