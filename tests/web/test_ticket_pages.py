"""Tickets in a real browser: the list that staff work through, a page that several work on, the customer's side."""

from __future__ import annotations

import re
from collections.abc import Callable
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.live.server import Server

PATIENCE = 30_000  # ms
HOSTILE = "<script>document.title='x'</script> {{7*7}} \u202egnp.exe <img src=x onerror=alert(1)>"
SHOWN = HOSTILE.replace("\u202e", "")
PIXEL = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xfc\xcf\xc0P\x0f"
         b"\0\x04\x85\x01\x80\x84\xa9\x8c!\0\0\0\0IEND\xaeB`\x82")


@pytest.fixture
def word() -> str:
    """A word that stands in no other ticket."""
    return f"w{token_hex(4)}"


def opened(server: Server, word: str, *, by: str = "customer", **told: object) -> dict:
    """A ticket that somebody opened."""
    body = {"title": f"Printer {word}", "description": "It hums.", **told}
    answer = server.http(by).post("/api/tickets", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def row(page: Page, ticket: dict) -> object:
    """The ticket's row in the list."""
    return page.locator(f'tr[data-ticket="{ticket["id"]}"]')


def test_the_list_is_worked_through_with_the_keyboard_and_changes_by_itself(
        sign_in: Callable[..., Page], server: Server, word: str) -> None:
    first = opened(server, word, priority="high")
    page = sign_in("tina", to=f"/tickets?search={word}")
    expect(row(page, first)).to_contain_text("High", timeout=PATIENCE)
    expect(row(page, first).locator("time[data-due]")).to_contain_text("Answer in")
    second = opened(server, word, title=HOSTILE + word)
    expect(row(page, second)).to_contain_text(SHOWN, timeout=PATIENCE)
    page.keyboard.press("j")
    expect(row(page, second).locator("a")).to_be_focused()
    page.keyboard.press("j")
    expect(row(page, first).locator("a")).to_be_focused()
    server.http("technician_a").put(f"/api/tickets/{first['id']}", json={"status": "in_progress"})
    expect(row(page, first)).to_contain_text("In progress", timeout=PATIENCE)
    expect(row(page, first).locator("a")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("New ticket")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("n?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#empty")).to_contain_text("Nothing fits", timeout=PATIENCE)
    page.locator("#search").fill(word)
    page.locator("#priority").select_option("high")
    expect(row(page, second)).to_have_count(0, timeout=PATIENCE)
    assert f"search={word}" in page.url and "priority=high" in page.url
    expect(page.locator("#csv")).to_have_attribute("href", re.compile("priority=high"))
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/tickets/{first['id']}")


def test_several_are_closed_at_once_and_opened_again(sign_in: Callable[..., Page], server: Server, word: str) -> None:
    staff, tickets = server.http("technician_a"), [opened(server, word) for _ in range(3)]
    waiting, changed, _ = (f"/api/tickets/{each['id']}" for each in tickets)
    staff.put(waiting, json={"waiting_for_customer": True})
    page = sign_in("tina", to=f"/tickets?search={word}", width=390)
    expect(page.locator("#rows tr")).to_have_count(3, timeout=PATIENCE)
    page.route("**/api/tickets/page*", lambda route: route.abort())  # the list is as it was seen
    staff.put(changed, json={"title": f"Scanner {word}"})
    for ticket in tickets:
        page.get_by_label(f"Choose ticket {ticket['id']}").check()
    page.unroute("**/api/tickets/page*")
    page.get_by_role("button", name="Close them").click()
    expect(page.get_by_text(f"Somebody else has changed ticket #{tickets[1]['id']}")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#rows tr")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_label(f"Choose ticket {tickets[1]['id']}")).to_be_checked()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#rows tr")).to_have_count(3, timeout=PATIENCE)
    now = [staff.get(f"/api/tickets/{each['id']}").json() for each in tickets]
    assert [(each["status"], each["waiting_for_customer"]) for each in now] == [
        ("open", True), ("open", False), ("open", False)]


def test_notes_stay_with_staff_and_two_who_write_the_same_choose(
        sign_in: Callable[..., Page], server: Server, word: str) -> None:
    ticket = opened(server, word, description=HOSTILE)
    path = f"/api/tickets/{ticket['id']}"
    page = sign_in("tina", to=f"/tickets/{ticket['id']}")
    theirs = sign_in("carl", to=f"/my/tickets/{ticket['id']}", width=390)
    expect(page.locator("#text")).to_contain_text(SHOWN, timeout=PATIENCE)
    expect(theirs.locator("#head")).to_contain_text(SHOWN, timeout=PATIENCE)
    expect(page).to_have_title(re.compile(f"^#{ticket['id']} "))
    page.fill("#comment", "Between us: the drum.")
    page.get_by_role("button", name="Save internal note").click()
    expect(page.locator('[data-internal="true"]')).to_contain_text("Internal note, staff only", timeout=PATIENCE)
    page.get_by_label("Answer to the customer").check()
    page.fill("#comment", "Please switch it off once.")
    page.get_by_role("button", name="Send to the customer").click()
    expect(theirs.locator("#talk")).to_contain_text("Please switch it off once.", timeout=PATIENCE)
    expect(page.get_by_label("Internal note")).to_be_checked()
    assert "the drum" not in theirs.content()
    theirs.fill("#comment", "I did.")
    theirs.get_by_role("button", name="Send").click()
    expect(page.locator("#talk")).to_contain_text("I did.", timeout=PATIENCE)

    page.locator("#text").get_by_role("button", name="Edit").click()
    page.fill("#ask-title", f"Mine {word}")
    changed = server.http("admin").put(path, json={"title": f"Theirs {word}", "priority": "critical"})
    assert changed.status_code == 200
    expect(page.locator("#head")).to_contain_text(f"Theirs {word}", timeout=PATIENCE)
    expect(page.locator("#ask-title")).to_have_value(f"Mine {word}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#conflict")).to_contain_text(f"Theirs {word}", timeout=PATIENCE)
    expect(page.locator("#conflict")).to_contain_text(f"Mine {word}")
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Mine {word}", timeout=PATIENCE)
    kept = server.http("admin").get(path).json()
    assert (kept["title"], kept["priority"]) == (f"Mine {word}", "critical")

    page.fill("#comment", "Half a thought")
    theirs.fill("#comment", "Half a sentence")
    assert server.http("admin").delete(path).status_code == 200
    for each, typed in ((page, "Half a thought"), (theirs, "Half a sentence")):
        expect(each.locator("#gone")).to_contain_text("This ticket was deleted", timeout=PATIENCE)
        expect(each.locator("#gone textarea")).to_have_value(typed)
        expect(each.locator("#comment")).to_be_disabled()


def test_a_customer_asks_for_help_and_says_when_it_is_solved(
        sign_in: Callable[..., Page], server: Server, word: str) -> None:
    page = sign_in("carl", to="/my/tickets")
    page.get_by_role("button", name="Ask for help").first.click()
    page.fill("#ask-title", f"Screen {word}")
    page.fill("#ask-description", "It stays black.")
    page.set_input_files("#ask-file", {"name": "screen.png", "mimeType": "image/png", "buffer": PIXEL})
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/my/tickets/\d+$"))
    expect(page.locator("#files img")).to_have_js_property("naturalWidth", 1, timeout=PATIENCE)
    number = page.url.rsplit("/", 1)[1]
    desk = sign_in("tina", to=f"/tickets/{number}")
    expect(desk.locator("#facts")).to_contain_text("guessed", timeout=PATIENCE)
    desk.get_by_role("button", name="That’s right").click()
    expect(desk.locator("#history")).to_contain_text("found the guess right", timeout=PATIENCE)
    expect(desk.locator("#facts")).not_to_contain_text("guessed")
    desk.get_by_role("button", name="Take it").click()
    expect(page.locator("#head")).to_contain_text("Being worked on", timeout=PATIENCE)
    desk.get_by_role("button", name="Waiting for customer").click()
    expect(page.locator("#head")).to_contain_text("Waits for your answer", timeout=PATIENCE)
    expect(desk.locator("#facts")).to_contain_text("Paused")
    desk.locator("#fact-category").select_option("password_reset")
    expect(desk.locator("#history")).to_contain_text("Category", timeout=PATIENCE)
    page.get_by_role("button", name="That solved it").click()
    expect(desk.locator("#head")).to_contain_text("Solved", timeout=PATIENCE)
    page.get_by_role("button", name="It is not solved").click()
    expect(page.locator("#head")).to_contain_text("Received", timeout=PATIENCE)
    page.goto(f"{server.url}/my/tickets?search={word}")
    expect(page.locator("#tickets")).to_contain_text(f"Screen {word}", timeout=PATIENCE)


def test_what_is_somebody_elses_is_not_shown(server: Server, word: str) -> None:
    ticket = opened(server, word, by="technician_a")
    assert server.http("technician_b").get(f"/tickets/{ticket['id']}").status_code == 404
    assert server.http("customer").get(f"/tickets/{ticket['id']}").status_code == 403
    answer = server.http("customer").get(f"/my/tickets/{ticket['id']}")
    assert answer.status_code in (403, 404) and word not in answer.text
