"""The button on the login page, the provider's own page, and back: in the real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.live.real_provider import RealProvider
from tests.live.server import Server, free_port


def test_signing_in_with_the_button(start_server: Callable[..., Server], real_provider: RealProvider,
                                    visit: Callable[..., Page]) -> None:
    port = free_port()
    client_id, secret = real_provider.register(f"http://127.0.0.1:{port}/api/auth/callback")
    real_provider.knows("tina-2", email="tina@example.com", email_verified=True)
    server = start_server(port=port, oidc_issuer=real_provider.issuer, oidc_client_id=client_id,
                          oidc_client_secret=secret)
    page = visit(f"{server.url}/codes")
    page.get_by_role("link", name="Sign in with localhost").click()
    page.fill("input[name=sub]", "stranger@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="There is no account here")).to_be_visible(timeout=40_000)
    page.get_by_role("link", name="Back to sign-in").click()
    page.goto(f"{server.url}/codes")
    page.get_by_role("link", name="Sign in with localhost").click()
    page.fill("input[name=sub]", "tina-2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/codes", timeout=40_000)
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{server.url}/login", timeout=40_000)
    page.goto(f"{server.url}/codes")
    page.wait_for_url(f"{server.url}/login?next=*", timeout=40_000)
