"""The page of packages as an administrator meets it, and the link that a technician makes."""

from __future__ import annotations

import re
from collections.abc import Callable

import requests
from playwright.sync_api import Page, expect

from tests.features.templates import made
from tests.live.server import Server

PATIENCE = 30_000


def test_uploads_and_what_is_refused(sign_in: Callable[..., Page]) -> None:
    page = sign_in("admin", to="/packages")
    expect(page.locator("#payloads .badge")).to_have_count(4)
    page.set_input_files("#file", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"})
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#said")).to_contain_text("no Windows program", timeout=PATIENCE)
    page.set_input_files("#file", {"name": "Setup-0.0.1.dmg", "mimeType": "x/y", "buffer": made.dmg()})
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#installers")).to_contain_text("version 0.0.1", timeout=PATIENCE)
    expect(page.locator("#said")).to_be_empty()


def test_only_administrators_see_it(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("tina")
    page.get_by_role("button", name="Your menu").click()
    expect(page.get_by_role("link", name="Packages")).to_have_count(0)
    page.goto(server.url + "/packages")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You may not do this")


def test_a_technician_makes_a_link_that_leads_on(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("tina")
    page.get_by_role("button", name="Make a link").click()
    field = page.get_by_label("Page with instructions", exact=True)
    expect(field).to_have_value(re.compile(re.escape(server.url) + r"/[0-9A-Za-z]{5}$"), timeout=PATIENCE)
    answer = requests.get(field.input_value(), allow_redirects=False, timeout=30)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/support/")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("dialog")).to_have_count(0)
