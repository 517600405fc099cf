"""The page of alerts, the card on the dashboard, and the ways there, in a real browser on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.cast import ACME
from tests.live.server import Server
from tests.web.agent import Agent

PATIENCE = 30_000  # ms


@pytest.fixture
def agent(server: Server) -> Iterator[Agent]:
    """A new device of client A, online."""
    made = Agent(server)
    made.connect()
    yield made
    made.leave()


def test_an_alert_comes_by_itself_is_taken_and_resolved(sign_in: Callable[..., Page], agent: Agent) -> None:
    page, home = sign_in("tina", to="/alerts", width=390), sign_in("tina")
    viewer = sign_in("vera", to="/alerts")
    agent.say("diagnostic_result", {"checkType": "disk", "status": "error", "value": "C: 97 %", "results": {}})
    row = page.locator("[data-alert]", has=page.locator(f'a[href="/devices/{agent.device_id}"]'))
    expect(row).to_contain_text("C: 97 %", timeout=PATIENCE)
    expect(row).to_contain_text("Critical")
    expect(home.locator("#alerts")).to_contain_text("C: 97 %", timeout=PATIENCE)
    row.get_by_role("button", name="I look after it").click()
    expect(row).to_contain_text("looks after it", timeout=PATIENCE)
    seen = viewer.locator("[data-alert]", has=viewer.locator(f'a[href="/devices/{agent.device_id}"]'))
    expect(seen).to_contain_text("looks after it", timeout=PATIENCE)
    expect(seen.get_by_role("button")).to_have_count(0)
    row.get_by_role("button", name="Resolve").click()
    expect(row).to_have_count(0, timeout=PATIENCE)
    expect(seen).to_have_count(0, timeout=PATIENCE)
    page.locator("#status").select_option("resolved")
    expect(row).to_contain_text("resolved", timeout=PATIENCE)


def test_a_clients_link_shows_that_clients_devices(sign_in: Callable[..., Page]) -> None:
    page = sign_in("admin", to="/clients")
    page.locator(f'a[href="/devices?client_id={ACME}"]').click()
    expect(page.locator("#client")).to_have_value(str(ACME), timeout=PATIENCE)
