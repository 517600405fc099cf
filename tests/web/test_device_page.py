"""The page of one device, in a real browser, on a real server, with an agent over a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Caller
from tests.live.server import Server
from tests.web.agent import Agent

HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"
PATIENCE = 30_000  # ms
TABS = ("health", "hardware", "tools", "repairs", "chat", "tickets", "notes", "activity")


@pytest.fixture
def agent(server: Server) -> Iterator[Agent]:
    """A new device of client A, offline until `connect()`."""
    made = Agent(server)
    yield made
    made.leave()


@pytest.fixture(scope="module")
def cookies() -> dict[str, Any]:
    """What the browser keeps of a sign-in, by person, so that each signs in but once."""
    return {}


@pytest.fixture
def look(visit: Callable[..., Page], sign_in: Callable[..., Page], server: Server, agent: Agent,
         cookies: dict[str, Any]) -> Callable[..., Page]:
    """Open the device's page: `look("tina", width=390)`."""
    def open_page(username: str = "tina", **options: Any) -> Page:
        path = f"/devices/{agent.device_id}"
        if username in cookies:
            page = visit(server.url + path, storage_state=cookies[username], **options)
        else:
            page = sign_in(username, to=path, **options)
            cookies[username] = page.context.storage_state()
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
        return page
    return open_page


def shown(where: Page | Locator, selector: str) -> None:
    expect(where.locator(selector).first).to_be_visible(timeout=PATIENCE)


def test_the_page_is_for_staff_in_scope(technician_a: Caller, viewer_a: Caller, technician_b: Caller,
                                        nobody: Caller) -> None:
    path = f"/devices/{DEVICE_ID}"
    assert technician_a.get(path).status_code == viewer_a.get(path).status_code == 200
    assert technician_b.get(path).status_code == technician_a.get(f"/devices/{DEVICE_OF_B_ID}").status_code == 404
    assert nobody.get(path).status_code == 302


def test_checks_make_the_score_and_its_reasons(look: Callable[..., Page], agent: Agent) -> None:
    page = look()
    expect(page.locator("#offline")).to_contain_text("offline")
    run_all = page.get_by_role("button", name="Run all checks")
    expect(run_all).to_be_disabled(timeout=PATIENCE)
    agent.connect()
    expect(page.locator("#offline")).to_be_hidden(timeout=PATIENCE)
    expect(page.get_by_role("img", name="Online")).to_be_visible()
    run_all.click()
    expect(page.locator("#score")).to_have_text("100", timeout=PATIENCE)
    expect(page.locator("#reasons")).to_contain_text("Every check is good", timeout=PATIENCE)

    drive = {"drive": f"/ {HOSTILE}", "totalGB": 465.8, "freeGB": 12.5, "usagePercent": 97.3, "status": "error"}
    agent.findings["disk"] = ("error", f"97 % {HOSTILE}", {"drives": [drive]})
    disk = page.locator("[data-check=disk]")
    disk.get_by_role("button", name="Run").click()
    expect(page.locator("#score")).to_have_text("88", timeout=PATIENCE)
    expect(page.locator("#reasons")).to_contain_text(f"97 % {HOSTILE}")
    expect(disk).to_contain_text("Trouble")
    disk.locator("summary").click()
    expect(disk).to_contain_text("12.5 of 465.8 GB free")
    assert page.locator("main img, main b b").count() == 0


def test_a_program_is_ended_after_a_question(look: Callable[..., Page], agent: Agent) -> None:
    agent.processes = [{"pid": 7, "name": HOSTILE, "cpuPercent": 99.5, "memoryMB": 10, "user": "ann"},
                       {"pid": 8, "name": "harmless", "cpuPercent": 0.1, "memoryMB": 900, "user": "ann"}]
    agent.connect()
    page = look()
    page.click("#tab-tools")
    rows = page.locator("#panel-tools tbody tr")
    expect(rows).to_have_count(2, timeout=PATIENCE)
    expect(rows.first).to_contain_text(HOSTILE)
    page.get_by_label("Sorted by").select_option("memory")
    expect(rows.first).to_contain_text("harmless")
    page.get_by_label("Search programs").fill("99999")
    expect(page.locator("#panel-tools")).to_contain_text("Nothing fits")
    page.get_by_label("Search programs").fill("harm")
    rows.get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert len(agent.processes) == 2
    rows.get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.locator("#panel-tools")).to_contain_text("Nothing fits", timeout=PATIENCE)
    assert [each["pid"] for each in agent.processes] == [7]
    page.get_by_role("button", name="Event log", exact=True).click()
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator("#panel-tools")).to_contain_text("no such tool", timeout=PATIENCE)
    agent.leave()
    expect(page.locator("#panel-tools")).to_contain_text("The device is offline", timeout=PATIENCE)


def test_a_repair_waits_for_the_person_and_shows_what_it_changed(look: Callable[..., Page], agent: Agent) -> None:
    agent.before = {"files": 1840, "disk": {"freeGB": 18.2}, "same": 1}
    agent.after = {"files": 12, "disk": {"freeGB": 19.4}, "same": 1, "note": HOSTILE}
    agent.connect()
    page = look()
    page.click("#tab-repairs")
    page.get_by_role("button", name="Ask the device: End a program").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Process name or id").fill("fire;fox")
    dialog.get_by_role("button", name="Ask the device").click()
    expect(page.locator("#toasts")).to_contain_text("can't be", timeout=PATIENCE)
    page.get_by_role("button", name="Ask the device: Delete temporary files").click()
    page.get_by_role("dialog").get_by_role("button", name="Ask the device").click()
    asked = page.locator("[data-remediation]")
    expect(asked).to_contain_text("Waiting for the person at the device", timeout=PATIENCE)
    agent.allow()
    expect(asked).to_contain_text("Done", timeout=PATIENCE)
    expect(asked).to_contain_text("All done")
    asked.locator("summary").click()
    cells = [row.locator("td").all_inner_texts() for row in asked.locator("tbody tr").all()]
    assert cells == [["files", "1840", "12"], ["disk › freeGB", "18.2", "19.4"], ["note", "–", HOSTILE]]


def test_chat_both_ways_and_a_proposal_taken_up(look: Callable[..., Page], agent: Agent) -> None:
    agent.connect()
    page = look()
    agent.say("chat_message", {"content": f"My printer prints nothing {HOSTILE}"})
    said = page.locator("#messages")
    expect(said.locator(".cd-their")).to_contain_text(HOSTILE, timeout=PATIENCE)
    expect(said.locator(".cd-ai .cd-proposal")).to_contain_text("Run a check", timeout=PATIENCE)
    said.get_by_role("button", name="Run it").click()
    agent.was_asked_for("services")
    expect(said).to_contain_text("Accepted by Tina Acme", timeout=PATIENCE)
    page.fill("#message", "I am looking at it")
    page.keyboard.press("Enter")
    agent.heard("I am looking at it")
    expect(said.locator(".cd-ours")).to_contain_text("I am looking at it", timeout=PATIENCE)
    mode = page.get_by_label("The assistant on this device")
    expect(mode).to_have_value("temporary", timeout=PATIENCE)
    mode.select_option("permanent")
    page.reload()
    expect(mode).to_have_value("permanent", timeout=PATIENCE)
    assert page.locator("#messages img").count() == 0


def test_what_is_written_down_is_seen_by_the_viewer_who_can_do_nothing(look: Callable[..., Page],
                                                                       agent: Agent) -> None:
    agent.connect()
    hers, viewers = look(), look("vera")
    for page in (hers, viewers):
        page.click("#tab-notes")
        expect(page.locator("#panel-notes")).to_contain_text("No fields", timeout=PATIENCE)
    hers.get_by_label("New note").fill(f"Ask for Ann {HOSTILE}")
    hers.get_by_role("button", name="Add").click()
    expect(viewers.locator("#panel-notes")).to_contain_text(f"Ask for Ann {HOSTILE}", timeout=PATIENCE)
    hers.get_by_label("Field name").fill("Asset")
    hers.get_by_label("Field value").fill("A-17")
    hers.get_by_role("button", name="Set", exact=True).click()
    expect(viewers.locator("#panel-notes tbody tr")).to_contain_text("A-17", timeout=PATIENCE)
    agent.say("report_custom_fields", {"fields": {"Asset": "mine", "Disk": f"ssd {HOSTILE}", "bad": [1]}})
    expect(viewers.locator("#panel-notes tbody tr")).to_have_count(2, timeout=PATIENCE)
    expect(viewers.locator("#panel-notes")).to_contain_text("A-17")
    expect(viewers.locator("body")).to_contain_text("Also looking: Tina Acme")
    assert viewers.locator("main img").count() == 0
    hers.click("#tab-tickets")
    hers.get_by_role("button", name="New ticket").click()
    hers.get_by_label("Title").fill(f"Printer {HOSTILE}")
    hers.get_by_role("button", name="Open ticket").click()
    expect(hers.locator("[data-ticket]")).to_contain_text(f"Printer {HOSTILE}", timeout=PATIENCE)
    for tab in TABS[:-1]:
        if tab != "chat":
            viewers.click(f"#tab-{tab}")
            shown(viewers, f"#panel-{tab} .card")
    names = viewers.locator("main").get_by_role("button").all_inner_texts()
    assert not [name for name in names if name.strip() not in ("3 days", "30 days", "90 days")], names
    assert viewers.locator("main select, main textarea, main input").count() == 0


def test_the_page_fits_on_a_phone(look: Callable[..., Page], agent: Agent) -> None:
    agent.connect()
    agent.say("system_profile", {"hostname": "x" * 250, "cpuModel": HOSTILE * 4, "networkAdapters": [
        {"Name": HOSTILE, "Status": "Up", "MacAddress": "0" * 60, "IPv4": "1" * 90}]})
    page = look(width=390)
    for tab in TABS:
        page.click(f"#tab-{tab}")
        shown(page, f"#panel-{tab}")
        if tab == "hardware":
            expect(page.locator("#panel-hardware")).to_contain_text(HOSTILE, timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, tab
    nameless = page.evaluate("""() => [...document.querySelectorAll("input, select, textarea, button, a[href]")]
      .filter((e) => !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim() || e.title))
      .map((e) => e.outerHTML.slice(0, 80))""")
    assert nameless == []
