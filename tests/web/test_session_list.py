"""The list of sessions and the dashboard's, which change by themselves; a colleague's call on any page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.live.server import Server
from tests.live.sitting import Sitting


@pytest.fixture
def sitting(server: Server) -> Iterator[Sitting]:
    made = Sitting(server)
    yield made
    made.close()


def test_rows_follow_the_session_without_a_reload(sign_in: Callable[..., Page], sitting: Sitting) -> None:
    page = sign_in("vera", to="/sessions")
    page.evaluate("window.isTheSamePage = true")
    row = page.locator(f"[data-presence='{sitting.session_id}']")
    expect(row).to_contain_text("helper offline")
    helper = sitting.helper()
    expect(row).to_contain_text("helper online")
    technician = sitting.technician()
    sitting.allow(helper, ["view", "control"])
    expect(row).to_contain_text("1 technician · allowed: view, control")
    technician.call("viewer-state", {"viewing": True})
    expect(row).to_contain_text("1 technician, 1 watching")
    helper.call("consent-revoke", {"rights": ["control"]})
    expect(row).to_contain_text(re.compile("allowed: view$"))
    helper.call("session-stop", {})
    expect(row).to_have_count(0)
    assert page.evaluate("window.isTheSamePage") is True


def test_after_a_lost_line_the_list_is_fetched_again(sign_in: Callable[..., Page], sitting: Sitting) -> None:
    page = sign_in("tina", to="/sessions")
    row = page.locator(f"[data-presence='{sitting.session_id}']")
    expect(row).to_be_visible()
    page.context.set_offline(True)
    sitting.helper()
    page.context.set_offline(False)
    expect(row).to_contain_text("helper online", timeout=40_000)


def test_search_and_state_are_the_servers(sign_in: Callable[..., Page], sitting: Sitting) -> None:
    page = sign_in("tina", to="/sessions")
    rows = page.locator("#sessions > div")
    expect(page.locator(f"[data-presence='{sitting.session_id}']")).to_be_visible()
    page.get_by_label("Search sessions").fill(sitting.session_id)
    expect(rows).to_have_count(1)
    page.get_by_label("Search sessions").fill("no such thing")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_label("Search sessions").fill(sitting.session_id)
    page.get_by_label("Status").select_option("ended")
    expect(page.get_by_text("No session is ended")).to_be_visible()
    expect(page.locator("#status option[value=waiting]")).to_have_text("Waiting (1)")


@pytest.mark.parametrize("place", ["/codes", "/sessions"])
def test_a_colleagues_call_shows_on_every_page(sign_in: Callable[..., Page], sitting: Sitting, place: str) -> None:
    tina = sitting.technician()
    page = sign_in("admin", to=place)
    call = {"userId": sitting.server.cast["admin"].user_id, "note": "<b>I am stuck</b>", "kind": "handover"}
    path = f"/api/sessions/{sitting.session_id}/invitations"
    assert sitting.server.http("technician_a").post(path, json=call).status_code == 200
    notice = page.locator(".ca-invitation")
    expect(notice).to_contain_text("Tina Acme asks you to take over: Customer of device")
    expect(notice).to_contain_text("<b>I am stuck</b>")
    page.reload()
    expect(notice).to_have_count(1)
    if place == "/sessions":
        expect(page.locator("#sessions")).to_contain_text("Tina Acme calls you")
    notice.get_by_role("button", name="Decline").click()
    expect(notice).to_have_count(0)
    assert tina.heard("session-invitation-closed")["outcome"] == "declined"
