"""Cases in a real browser: written from a session's draft, found again, mended, printed, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from secrets import token_hex

import pytest
from playwright.sync_api import Page, Route, expect

from tests.cast import DEVICE_ID
from tests.live.server import Server
from tests.stage.display import eventually


@pytest.fixture
def session_id(server: Server) -> str:
    """A session of Tina's that is over."""
    tina = server.http("technician_a")
    answer = tina.post(f"/api/devices/{DEVICE_ID}/connect", json={"rights": ["view"], "reason": "The printer"})
    session_id = answer.json()["connection_info"]["session_id"]
    assert tina.delete(f"/api/sessions/{session_id}").status_code == 200
    return session_id


@pytest.fixture
def written(server: Server, session_id: str) -> dict:
    """A case with a title of its own."""
    answer = server.http("technician_a").post("/api/cases", json={
        "sessionId": session_id, "title": f"Case {token_hex(4)}", "problemDescription": "It <b>hums</b>."})
    return answer.json()["case"]


def test_an_ended_session_leads_to_its_case(sign_in: Callable[..., Page], server: Server, session_id: str) -> None:
    page = sign_in("tina", to="/sessions")
    page.get_by_label("Status").select_option("ended")
    page.get_by_role("link", name=f"Write the case of session {session_id}").click()
    expect(page.locator("#subheading")).to_contain_text(session_id)
    expect(page.locator("#record")).to_contain_text("Customer of device")
    page.fill("#problemDescription", "Nothing prints.")
    page.get_by_role("button", name="Write the case").click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Case #\d+$"))
    expect(page.locator("#problemDescription")).to_have_value("Nothing prints.")


def test_a_case_needs_its_problem(sign_in: Callable[..., Page], session_id: str) -> None:
    page = sign_in("tina", to=f"/cases/new?session={session_id}")
    expect(page.locator("#record")).to_contain_text("Customer of device")
    page.fill("#problemDescription", "   ")
    page.get_by_role("button", name="Write the case").click()
    expect(page.locator("#form-error")).to_have_text("Please say what the problem was.")
    expect(page.locator("#problemDescription")).to_be_focused()


def test_what_is_written_before_the_draft_arrives_stays(sign_in: Callable[..., Page], server: Server,
                                                        session_id: str) -> None:
    page = sign_in("tina", to="/sessions")
    held: list[Route] = []
    page.route("**/api/cases/draft*", lambda route: held.append(route))
    page.goto(f"{server.url}/cases/new?session={session_id}")
    page.fill("#problemDescription", "Written at once.")
    eventually(lambda: page.wait_for_timeout(20) or held, within=40, what="the question for the draft")
    held[0].continue_()
    expect(page.locator("#record")).to_contain_text("Customer of device")
    expect(page.locator("#problemDescription")).to_have_value("Written at once.")


def test_changes_are_kept(sign_in: Callable[..., Page], server: Server, written: dict) -> None:
    page = sign_in("tina", to=f"/cases/{written['id']}")
    expect(page.locator("#title")).to_have_value(written["title"])
    page.fill("#workDone", "Cleaned it.")
    page.fill("#phoneSupportMinutes", "12")
    page.get_by_label("The case is closed").uncheck()
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#saved")).to_have_text("Saved.")
    kept = server.http("technician_a").get(f"/api/cases/{written['id']}").json()["case"]
    assert (kept["work_done"], kept["phone_support_minutes"], kept["status"]) == ("Cleaned it.", 12, "open")


def test_the_pdf_is_saved_on_both_papers(sign_in: Callable[..., Page], written: dict) -> None:
    page = sign_in("tina", to=f"/cases/{written['id']}")
    for paper in ("A4", "Letter"):
        with page.expect_download(timeout=45_000) as saved:
            page.get_by_role("button", name=f"PDF, {paper}").click()
        assert saved.value.suggested_filename == f"case-{written['case_number']}.pdf"
        assert saved.value.path().read_bytes().startswith(b"%PDF-")


def test_cases_are_found_by_their_words(sign_in: Callable[..., Page], written: dict) -> None:
    page = sign_in("tina", to="/cases")
    page.fill("#search", written["title"])
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text(written["title"])
    page.fill("#search", "no case says this")
    expect(page.locator("#empty")).to_contain_text("No case fits")


def test_deleting_asks_first(sign_in: Callable[..., Page], server: Server, written: dict) -> None:
    page = sign_in("tina", to=f"/cases/{written['id']}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(server.url + "/cases")
    assert server.http("technician_a").get(f"/api/cases/{written['id']}").status_code == 404


def test_another_clients_case_is_not_there(sign_in: Callable[..., Page], written: dict) -> None:
    page = sign_in("bert", to=f"/cases/{written['id']}")
    expect(page.get_by_role("heading", name="Case not found")).to_be_visible()
    assert written["title"] not in page.content()


def test_an_earlier_case_is_mentioned(sign_in: Callable[..., Page], written: dict) -> None:
    page = sign_in("tina", to=f"/cases/new?session={written['session_id']}")
    expect(page.get_by_role("link", name=f"case #{written['case_number']}")).to_be_visible()


def test_a_viewer_reads_only(sign_in: Callable[..., Page], written: dict) -> None:
    page = sign_in("vera", to=f"/cases/{written['id']}")
    expect(page.locator("#title")).to_have_value(written["title"])
    expect(page.locator("#title")).to_be_disabled()
    assert page.get_by_role("button", name=re.compile("Save|Delete")).count() == 0
