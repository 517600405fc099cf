"""The IT desk's pages in a real browser on a real server: the assistant in the corner, the FAQ editor, analytics and
the system page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import ACME, Caller
from tests.live.server import Server

HOSTILE = "<img src=x onerror=alert(1)>"
PATIENCE = 40_000  # ms
OF_STAFF = ("/faq", "/analytics", "/system")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def ask(page: Page, question: str) -> Locator:
    """Ask the assistant that is open; its newest answer."""
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".as-mine").last).to_contain_text(question, timeout=PATIENCE)
    expect(page.locator(".as-typing")).to_have_count(0, timeout=PATIENCE)
    return page.locator(".as-line").last


def test_the_pages_are_for_staff_alone(customer: Caller, technician_a: Caller, viewer_a: Caller, nobody: Caller,
                                       ) -> None:
    for path in OF_STAFF:
        assert technician_a.get(path).status_code == viewer_a.get(path).status_code == 200
        assert customer.get(path).status_code == 403
        assert nobody.get(path).status_code == 302
    assert 'id="new"' in technician_a.get("/faq").text
    assert 'id="new"' not in viewer_a.get("/faq").text


def test_everybody_on_the_customers_side_finds_the_assistant(customer: Caller, nobody: Caller) -> None:
    for page in (nobody.get("/").text, customer.get("/my/devices").text, customer.get("/my/sessions").text):
        assert 'id="assistant-door"' in page
        assert "widget.js" not in page


def test_a_stranger_asks_on_the_portal(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url, width=390)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.get_by_role("button", name="Ask the assistant").click()
    expect(page.get_by_label("Your question")).to_be_focused(timeout=PATIENCE)
    assert any("widget.js" in each for each in loaded)
    answer = ask(page, f"my printer dont print {HOSTILE}")
    expect(answer).to_contain_text(re.compile("From: .*print", re.IGNORECASE))
    answer.get_by_role("button", name="No, that did not help").click()
    answer.get_by_role("button", name="talk to a person").click()
    told = page.locator(".as-line").last
    expect(told).to_contain_text("6-digit code", timeout=PATIENCE)
    expect(told.get_by_role("link", name="Sign in")).to_have_attribute("href", "/login?next=%2Fmy")
    assert page.locator(".as-panel img").count() == 0
    assert fits(page)
    page.keyboard.press("Escape")
    expect(page.locator("#assistant-door")).to_be_focused()
    page.reload()
    page.get_by_role("button", name="Ask the assistant").click()
    expect(page.locator(".as-lines")).to_contain_text(HOSTILE, timeout=PATIENCE)
    page.get_by_role("button", name="Start over").click()
    expect(page.locator(".as-mine")).to_have_count(0)


def test_without_a_network_nothing_is_lost(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url)
    page.get_by_role("button", name="Ask the assistant").click()
    expect(page.get_by_label("Your question")).to_be_focused(timeout=PATIENCE)
    page.context.set_offline(True)
    expect(page.locator(".as-offline")).to_have_count(1)
    line = ask(page, "wifi is slow")
    expect(line).to_contain_text("offline", timeout=PATIENCE)
    page.context.set_offline(False)
    line.get_by_role("button", name="Try again").click()
    expect(page.locator(".as-line").last).to_contain_text("From: ", timeout=PATIENCE)


def test_a_customer_comes_to_a_person_and_their_ticket(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("carl", to="/my/devices")
    page.get_by_role("button", name="Ask the assistant").click()
    expect(page.get_by_label("Your question")).to_be_focused(timeout=PATIENCE)
    answer = ask(page, "I cannot connect to the VPN")
    expect(answer).to_contain_text("From: ")
    answer.get_by_role("button", name="Yes, that helped").click()
    expect(answer).to_contain_text("Good to hear")
    page.goto(server.url + "/my/sessions")
    expect(page.locator(".as-lines")).to_contain_text("I cannot connect to the VPN", timeout=PATIENCE)
    page.locator(".as-foot").get_by_role("button", name="Talk to a person").click()
    link = page.locator(".as-line").last.get_by_role("link", name=re.compile("Open ticket"))
    expect(link).to_have_attribute("href", re.compile(r"^/my/tickets/\d+$"), timeout=PATIENCE)
    link.click()
    page.wait_for_url(re.compile(r"/my/tickets/\d+$"), timeout=PATIENCE)
    ticket = server.http("technician_a").get("/api/tickets/" + page.url.rsplit("/", 1)[1]).json()
    assert "VPN" in ticket["description"] and ticket["client_id"] == ACME


def test_an_entry_is_written_found_and_switched_off(sign_in: Callable[..., Page], server: Server) -> None:
    word = f"zorp{uuid4().hex[:6]}"
    page = sign_in("tina", to="/faq")
    page.get_by_role("button", name="New entry").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Question").fill(f"How do I calibrate the {word}?")
    dialog.get_by_label("Answer").fill(f"Turn the wheel {HOSTILE}")
    expect(dialog.locator(".cf-preview")).to_contain_text(HOSTILE)
    dialog.get_by_label("Tags").fill(f"{word}, wheel")
    dialog.get_by_label("Tags").press("Enter")
    expect(dialog.locator(".cf-chip")).to_have_count(2)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    page.fill("#search", word)
    row = page.locator("[data-entry]", has_text=word)
    expect(row).to_be_visible(timeout=PATIENCE)
    page.get_by_label("As a customer would ask it").fill(f"calibrate {word} how")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#tried")).to_contain_text(word, timeout=PATIENCE)
    expect(page.locator("#tried")).to_contain_text("answers with the first")
    row.get_by_role("button", name="Switch off").click()
    expect(row).to_contain_text("Switched off", timeout=PATIENCE)
    page.get_by_role("button", name="Undo").click()
    expect(row).not_to_contain_text("Switched off", timeout=PATIENCE)
    assert page.locator("main img").count() == 0
    asked = server.http("customer").post("/api/chatbot/chat", json={"message": f"How do I calibrate the {word}?"})
    assert HOSTILE in asked.json()["text"]
    chief = sign_in("admin", to="/faq?state=on")
    chief.fill("#search", word)
    row = chief.locator("[data-entry]", has_text=word)
    row.get_by_role("button", name="Delete for good").click()
    chief.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(row).to_have_count(0, timeout=PATIENCE)


def test_technicians_leave_alone_what_is_everybodys(sign_in: Callable[..., Page]) -> None:
    page = sign_in("tina", to="/faq?client=everybody")
    expect(page.locator("[data-entry]").first).to_be_visible(timeout=PATIENCE)
    assert page.locator("[data-entry] .ca-actions").count() == 0


@pytest.fixture
def solved(server: Server) -> str:
    return solve(server)


def solve(server: Server) -> str:
    """A ticket that was solved with words that say how: its title."""
    title = f"The scanner {uuid4().hex[:6]} sends nothing {HOSTILE}"
    staff = server.http("technician_a")
    ticket = staff.post("/api/tickets", json={"title": title, "description": "Since noon", "client_id": ACME}).json()
    answer = staff.put(f"/api/tickets/{ticket['id']}", json={
        "status": "resolved", "resolution": "Enter the mail server's new name under Settings, Send, and restart it."})
    assert answer.status_code == 200
    return title


def test_a_proposal_is_read_and_accepted(sign_in: Callable[..., Page], server: Server, solved: str) -> None:
    page = sign_in("tina", to="/faq#proposals")
    card = page.locator("[data-proposal]", has_text=solved[12:18])
    expect(card).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#waiting")).to_be_visible()
    another = page.locator("[data-proposal]", has_text=solve(server)[12:18])
    expect(another).to_be_visible(timeout=PATIENCE)  # by itself
    card.get_by_role("button", name="Dismiss").click()
    expect(card).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("button", name="Undo").click()
    expect(card).to_be_visible(timeout=PATIENCE)
    card.get_by_role("button", name="Read and accept").click()
    dialog = page.get_by_role("dialog")
    question = f"Scanner {solved[12:18]} is silent"
    dialog.get_by_label("Question").fill(question)
    dialog.get_by_role("button", name="Accept").click()
    expect(card).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("tab", name="Entries").click()
    page.fill("#search", question)
    expect(page.locator("[data-entry]", has_text=question)).to_be_visible(timeout=PATIENCE)


def test_analytics_count_what_there_is(sign_in: Callable[..., Page], server: Server, solved: str, tmp_path: Path,
                                       ) -> None:
    server.http("customer").post("/api/chatbot/chat", json={"message": f"=cmd {HOSTILE}"})
    page = sign_in("tina", to="/analytics?days=7", width=390)
    expect(page.locator("#tickets .cy-grid")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#tickets canvas")).to_have_attribute("aria-label", re.compile("Tickets by day.*Solved [1-9]"))
    expect(page.locator("#chatbot .cy-grid")).to_contain_text(HOSTILE, timeout=PATIENCE)
    assert page.locator("main img").count() == 0
    assert fits(page)
    for button, sign in (("Tickets as CSV", solved[:18]), ("Questions as CSV", "'=cmd")):
        with page.expect_download(timeout=PATIENCE) as download:
            page.get_by_role("button", name=button).click()
        download.value.save_as(tmp_path / "file.csv")
        assert sign in (tmp_path / "file.csv").read_text("utf-8-sig")


def test_figures_stay_within_ones_clients(server: Server, solved: str) -> None:
    def figures(name: str) -> dict[str, Any]:
        return server.http(name).get("/api/tickets/figures?days=7").json()
    ours, theirs = figures("technician_a"), figures("technician_b")
    assert ours["opened"] >= ours["resolved"] >= 1
    assert sum(ours["distributions"]["status"].values()) == ours["opened"] == sum(
        each["created"] for each in ours["days"])
    assert theirs["opened"] < ours["opened"]
    assert len(ours["days"]) == 7
    assert server.http("technician_a").get("/api/tickets/figures?days=0").status_code == 400


def test_the_system_page_lives(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("vera", to="/preferences")
    with page.expect_websocket(lambda socket: socket.url.endswith("/ws"), timeout=PATIENCE) as opened:
        page.goto(server.url + "/system#1h")
    chart = page.locator("#chart-cpu")
    expect(chart).to_have_attribute("aria-label", re.compile("over the last hour: lowest"), timeout=PATIENCE)
    expect(page.locator("#summary")).to_contain_text("running for")
    points = "Chart.getChart('chart-cpu').data.datasets[0].data.length"
    before = page.evaluate(points)
    for _ in range(2):  # once the second comes, the first has been drawn
        opened.value.wait_for_event("framereceived", lambda frame: '"metrics"' in str(frame), timeout=PATIENCE)
    assert page.evaluate(points) > before
    expect(page.locator("#thresholds")).to_contain_text("Administrators can change these", timeout=PATIENCE)
    page.get_by_role("button", name="30 days").click()
    expect(chart).to_have_attribute("aria-label", re.compile("over the last 720 hours"), timeout=PATIENCE)


def test_thresholds_and_the_log(sign_in: Callable[..., Page]) -> None:
    page = sign_in("admin", to="/system?search=signed")
    expect(page.locator(".cs-line").first).to_contain_text("signed in", timeout=PATIENCE)
    field = page.get_by_label("Processor: warning from, in percent")
    field.fill("99")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#thresholds-wrong")).to_be_visible(timeout=PATIENCE)
    field.fill("86")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The thresholds are saved.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="As they came").click()
    expect(field).to_have_value("85")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The thresholds are saved.").nth(1)).to_be_visible(timeout=PATIENCE)
