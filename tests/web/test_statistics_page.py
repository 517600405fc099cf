"""The pages of statistics and preferences, in the real browser."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from connectassist.core import clock
from tests.live.server import Server

PATIENCE = 40_000


def test_filters_totals_chart_table_and_file(sign_in: Callable[..., Page], server: Server, tmp_path: Path) -> None:
    device_id = f"stat-{uuid.uuid4().hex[:8]}"
    server.http("nobody").post("/api/sessions/assign", json={"deviceId": device_id, "hostname": "STAT-PC"})
    page = sign_in("admin", to="/statistics")
    expect(page.locator("#rows tr").first).to_be_visible(timeout=PATIENCE)
    page.fill("#deviceId", device_id)
    page.wait_for_url(lambda url: f"deviceId={device_id}" in url and "from=" in url, timeout=PATIENCE)
    expect(page.locator("[data-total=totalSessions]")).to_have_text("1", timeout=PATIENCE)
    today = clock.now().date()
    chart = page.locator("#chart")
    expect(chart).to_have_attribute("aria-label", re.compile(f"most on {today}: 1 session"), timeout=PATIENCE)
    assert page.evaluate("Chart.getChart('chart').data.datasets[0].data.at(-1)") == 1
    page.get_by_role("button", name="Hours").click()
    expect(chart).to_have_attribute("aria-label", re.compile("^Hours by day"))
    page.get_by_text("The same as a table").click()
    expect(page.locator("#days tr")).to_have_count(1)
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("link", name="CSV file").click()
    download.value.save_as(tmp_path / "file.csv")
    assert (tmp_path / "file.csv").read_text("utf-8-sig").count(device_id) == 1
    page.fill("#to", str(today - timedelta(days=3)))
    page.fill("#from", str(today))
    expect(page.locator("#wrong")).to_be_visible(timeout=PATIENCE)
    page.fill("#from", str(today - timedelta(days=9)))
    expect(page.get_by_text("No session in this period")).to_be_visible(timeout=PATIENCE)


def test_preferences_are_kept(sign_in: Callable[..., Page]) -> None:
    page = sign_in("vera", to="/preferences")
    expect(page.locator("#preferences")).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE)
    page.select_option("#retention", "7")
    page.fill("#phoneSupportRate", "12.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved.", timeout=PATIENCE)
    page.reload()
    expect(page.locator("#phoneSupportRate")).to_have_value("12.5", timeout=PATIENCE)
    expect(page.locator("#retention")).to_have_value("7")
    page.select_option("#retention", "")
    page.fill("#phoneSupportRate", "-1")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("0 or more", timeout=PATIENCE)
    page.fill("#phoneSupportRate", "")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved.", timeout=PATIENCE)


def test_what_time_comes_to(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/login")
    parts = page.evaluate("""async () => {
      document.body.insertAdjacentHTML("beforeend", "<p id=cost></p>");
      const { partsOf } = await import("/static/js/desk/cost.js");
      const rates = { remoteControlSupportRate: 60, phoneSupportRate: 30, whatsappSupportRate: 0 };
      return [partsOf(rates, { onScreen: 1800, phone: 20, whatsapp: 60 }), partsOf({}, { onScreen: 9, phone: 9 })];
    }""")
    assert parts == [[["remote control", 30], ["phone", 10]], []]


def test_days_without_sessions_have_a_bar_too(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/login")
    days = page.evaluate("""async () => {
      const { everyDay } = await import("/static/js/desk/daily_bars.js");
      const known = [{ day: "2026-02-27", sessions: 2 }, { day: "2026-03-01", sessions: 1 }];
      const shown = (days) => days.map((each) => `${each.day} ${each.sessions}`);
      return [shown(everyDay(known, null, null)), shown(everyDay([], "2026-03-28", "2026-03-29")),
        everyDay([], null, null), everyDay([], "2000-01-01", "2026-01-01").length];
    }""")
    assert days == [["2026-02-27 2", "2026-02-28 0", "2026-03-01 1"], ["2026-03-28 0", "2026-03-29 0"], [], 1100]
