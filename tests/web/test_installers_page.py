"""The page of a client's installers as an administrator meets it, and the link as its receiver does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.cast import ACME, PASSWORD
from tests.features.packages.payload import write_payload
from tests.live.server import Server

PATIENCE = 30_000


@pytest.fixture(scope="module")
def works(servers: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A real server with a build for Linux."""
    return servers(payloads=write_payload(tmp_path_factory.mktemp("payloads") / "payloads"))


@pytest.fixture
def enter(visit: Callable[..., Page], works: Server) -> Callable[..., Page]:
    """Sign in and open the page of client A's installers."""
    def enter(username: str, **options: object) -> Page:
        page = visit(f"{works.url}/login?next=/clients/{ACME}/installers", **options)
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("#go")
        return page
    return enter


def test_a_link_is_made_followed_used_and_another_one_revoked(enter: Callable[..., Page], visit: Callable[..., Page],
                                                              works: Server) -> None:
    page = enter("admin")
    expect(page.locator("#installers")).to_contain_text("No installer yet", timeout=PATIENCE)
    expect(page.get_by_role("radio", name="Linux", exact=True)).to_be_checked()
    page.get_by_role("button", name="Make a link").click()
    field = page.get_by_label("Link", exact=True)
    expect(field).to_have_value(re.compile(re.escape(works.url) + "/install/"), timeout=PATIENCE)
    expect(page.get_by_alt_text("QR code of the link")).to_be_visible()
    row = page.locator("#installers > div")
    expect(row).to_contain_text("not downloaded yet", timeout=PATIENCE)

    receiver = visit(field.input_value(), width=390)
    with receiver.expect_download() as download:
        receiver.get_by_role("link", name="Download for Linux").click()
    assert download.value.suggested_filename == "pocket-it-acme.zip"
    expect(row).to_contain_text("downloaded once", timeout=PATIENCE)

    token = field.input_value().rpartition("/")[2]
    requests.post(works.url + "/api/enrollment/enroll", timeout=30, json={
        "token": token, "deviceId": "front-desk", "hostname": "<b>FRONT-DESK"}).raise_for_status()
    expect(row.get_by_role("link", name="<b>FRONT-DESK")).to_have_attribute("href", "/devices/front-desk",
                                                                            timeout=PATIENCE)
    expect(row.get_by_role("button", name="Revoke")).to_have_count(0)

    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("button", name="Download now").click()
    assert download.value.suggested_filename == "pocket-it-acme.zip"
    newest = page.locator("#installers > div").first
    newest.get_by_role("button", name="Revoke").click(timeout=PATIENCE)
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(newest).to_contain_text("Revoked", timeout=PATIENCE)


def test_technicians_are_told_that_it_is_not_theirs(enter: Callable[..., Page]) -> None:
    expect(enter("tina").get_by_role("heading", level=1)).to_contain_text("You may not do this", timeout=PATIENCE)
