"""Visitors of pages, who look at a real server with the run's Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.cast import PASSWORD
from tests.live.server import Server


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page as a new visitor: `visit(url, width=390)`. What a page complains of fails the test at its end."""
    contexts, complaints = [], []

    def open_page(url: str, *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(message.type, message.text, complaints))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _note(kind: str, text: str, complaints: list[str]) -> None:
    """A refused policy or a broken script counts; a refused request or a lost line is what many tests are about."""
    if kind == "error" and not text.startswith(("Failed to load resource", "WebSocket connection to")):
        complaints.append(text)


@pytest.fixture
def sign_in(visit: Callable[..., Page], server: Server) -> Callable[..., Page]:
    """Sign in through the form: `sign_in("tina", to="/devices")`."""
    def as_person(username: str, *, to: str = "/dashboard", **options: Any) -> Page:
        page = visit(f"{server.url}/login?{urlencode({'next': to})}", **options)
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("#go")
        page.wait_for_url(server.url + to)
        return page
    return as_person
