"""The whole page on a real server, with a helper that the test plays: asked, seen, clicked, taken back, stopped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.live.server import Server
from tests.stage.browser import PIXEL
from tests.web.session.played import PlayedHelper

RED, GREEN = (220, 20, 30), (20, 200, 60)


@pytest.fixture
def helper(server: Server) -> Iterator[PlayedHelper]:
    played = PlayedHelper(server)
    yield played
    server.http("admin").delete(f"/api/sessions/{played.session_id}")
    played.close()


@pytest.fixture
def open_session(sign_in: Callable[..., Page], helper: PlayedHelper) -> Callable[..., Page]:
    """The technician's page of the helper's session; `rights` are asked for at once."""
    def opened(rights: str = "", **options: object) -> Page:
        page = sign_in("tina", **options)
        asks = f"&rights={rights}&reason=The+printer" if rights else ""
        page.goto(page.url.replace("/dashboard", f"/sessions/{helper.session_id}?transport=tiles{asks}"))
        return page
    return opened


def state(page: Page, name: str, *, within: float = 40) -> None:
    expect(page.locator("#session")).to_have_attribute("data-state", name, timeout=within * 1000)


def rights(page: Page, *names: str) -> None:
    expect(page.locator("#session")).to_have_attribute("data-rights", " ".join(names))


def looks(page: Page, colour: tuple[int, int, int]) -> bool:
    seen = page.evaluate(PIXEL, [0.5, 0.5])
    return seen is not None and all(abs(a - b) < 15 for a, b in zip(seen, colour, strict=True))


@pytest.fixture
def connected(open_session: Callable[..., Page], helper: PlayedHelper) -> Page:
    helper.join()
    page = open_session("view,control,clipboard,files")
    helper.answers(approved=True)
    helper.shows(RED)
    state(page, "connected")
    return page


def test_the_customer_is_waited_for_and_asked_once(open_session: Callable[..., Page], helper: PlayedHelper) -> None:
    page = open_session("view,control")
    state(page, "waiting")
    helper.join()
    question = helper.socket.heard("connection-request")
    assert question["rights"] == ["view", "control"] and question["reason"] == "The printer"
    state(page, "asking")
    expect(page.locator("#curtain")).to_contain_text(re.compile(r"Waiting for the customer to answer \(\d+ s\)"))
    expect(page.locator("#chips [data-right=view]")).to_have_attribute("data-state", "asked")
    helper.send("approval-response", approved=False, requestId=question["requestId"])
    state(page, "declined")
    page.reload()
    state(page, "idle")
    assert helper.socket.heard_nothing_of("connection-request"), "a reload must not ask again"


def test_a_no_can_be_asked_again(open_session: Callable[..., Page], helper: PlayedHelper) -> None:
    helper.join()
    page = open_session("view")
    helper.answers(approved=False)
    page.get_by_role("button", name="Ask again").click()
    helper.answers(approved=True)
    helper.shows(GREEN)
    state(page, "connected")
    rights(page, "view")
    assert looks(page, GREEN)


def test_picture_mouse_and_keys(connected: Page, helper: PlayedHelper) -> None:
    assert looks(connected, RED)
    expect(connected.locator("#transport")).to_have_text(re.compile("^Tiles"))
    box = connected.locator("#tiles").bounding_box()
    connected.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    down = helper.socket.heard("remote-mouse", where=lambda data: data["type"] == "mousedown")
    assert (round(down["x"], 2), round(down["y"], 2), down["button"]) == (0.25, 0.5, 0)
    helper.socket.heard("remote-mouse", where=lambda data: data["type"] == "mouseup")
    connected.keyboard.type("é")
    assert helper.socket.heard("remote-keyboard")["key"] == "é"
    connected.locator("#keys-button").click()
    connected.get_by_role("menuitem", name="Ctrl + Alt + Del").click()
    pressed = helper.socket.heard("remote-keyboard", where=lambda data: data["key"] == "Delete")
    assert pressed["ctrlKey"] and pressed["altKey"]


def test_chat_goes_both_ways_and_is_there_after_a_reload(connected: Page, helper: PlayedHelper) -> None:
    connected.fill("#message", "Hello <Ann>")
    connected.keyboard.press("Enter")
    assert helper.socket.heard("chat-message")["message"] == "Hello <Ann>"
    connected.click("#tab-people")
    helper.send("chat-message", message="<img src=x onerror=alert(1)> hi", role="user", sender="Ann")
    expect(connected.locator("#tab-chat .cs-badge")).to_have_text("1")
    connected.click("#tab-chat")
    said = connected.locator("#messages .cs-said")
    expect(said).to_have_text(["Hello <Ann>", "<img src=x onerror=alert(1)> hi"])
    connected.reload()
    expect(said).to_have_text(["Hello <Ann>", "<img src=x onerror=alert(1)> hi"])


def test_monitor_and_quality_reach_the_helper(connected: Page, helper: PlayedHelper) -> None:
    connected.click("#monitor-button")
    connected.get_by_role("menuitemradio", name="Screen 2").click()
    assert helper.socket.heard("switch-monitor")["monitorIndex"] == 1
    connected.click("#quality-button")
    connected.get_by_role("menuitemradio", name="Fastest").click()
    assert helper.socket.heard("set-stream-quality")["quality"] == "speed"


def test_a_file_goes_to_the_customer(connected: Page, helper: PlayedHelper) -> None:
    connected.click("#tab-files")
    connected.set_input_files("#pick", {"name": "fix ü.txt", "mimeType": "text/plain", "buffer": b"x" * 50_000})
    waiting = helper.socket.heard("file-available")
    assert waiting["original_name"] == "fix ü.txt" and int(waiting["size"]) == 50_000
    row = connected.locator("#transfers li", has_text="fix ü.txt")
    expect(row).to_contain_text("Waiting for the customer's computer")
    helper.send("file-progress", fileId=waiting["id"], name="fix ü.txt", direction="technician-to-user",
                received=50_000, size=50_000, done=True)
    expect(row).to_contain_text("On the customer's computer")
    expect(row).to_have_count(1)


def test_the_folder_shows_names_as_text(connected: Page, helper: PlayedHelper) -> None:
    connected.click("#tab-files")
    asked = helper.socket.heard("list-remote-dir")
    helper.send("list-remote-dir-result", requestId=asked["requestId"], root="Shared", list=[
        {"name": "<b>bold</b>.txt", "path": "x", "isDirectory": False, "size": 1, "mtime": "2026-01-01T00:00:00.000Z"},
        {"name": "Docs", "path": "Docs", "isDirectory": True, "size": 0, "mtime": "2026-01-01T00:00:00.000Z"}])
    names = connected.locator("#folder-list .cs-file-name > span")
    expect(names).to_have_text(["Docs", "<b>bold</b>.txt"])
    connected.locator("#folder-list").get_by_role("button", name="Docs").click()
    assert helper.socket.heard("list-remote-dir")["path"] == "Docs"


def test_what_the_customer_takes_back_is_gone_at_once(connected: Page, helper: PlayedHelper) -> None:
    helper.send("consent-revoke", rights=["control"])
    rights(connected, "view", "clipboard", "files")
    expect(connected.locator("#banner")).to_contain_text("took back your right to control it")
    helper.socket.forget()
    box = connected.locator("#tiles").bounding_box()
    connected.mouse.click(box["x"] + 50, box["y"] + 50)
    assert helper.socket.heard_nothing_of("remote-mouse")
    helper.send("consent-revoke", rights=["view"])
    state(connected, "revoked")
    rights(connected, "files")
    expect(connected.locator("#tiles")).to_be_hidden()


def test_a_lost_helper_comes_back_to_its_picture(connected: Page, server: Server, helper: PlayedHelper) -> None:
    helper.socket.close()
    state(connected, "helper-lost")
    expect(connected.locator("#banner")).to_contain_text(re.compile(r"lost \d+ s ago"))
    helper.socket = server.socket("device")
    helper.join(rights=["view", "control", "clipboard", "files"])
    helper.shows(GREEN)
    state(connected, "connected")
    assert looks(connected, GREEN)


def test_stop_ends_it_and_the_case_can_be_written(connected: Page, helper: PlayedHelper) -> None:
    helper.send("session-stop")
    state(connected, "stopped")
    rights(connected)
    connected.get_by_role("button", name="Write the case").click()
    expect(connected).to_have_url(re.compile(rf"/cases/new\?session={helper.session_id}$"))


def test_the_technician_ends_it(connected: Page, helper: PlayedHelper) -> None:
    connected.click("#end")
    connected.get_by_role("dialog").get_by_role("button", name="End session").click()
    state(connected, "ended")
    assert helper.socket.heard("session-ended")["by"] == "technician"


def test_on_a_phone_a_panel_opens_over_the_picture(open_session: Callable[..., Page], helper: PlayedHelper) -> None:
    helper.join()
    page = open_session(width=390)
    state(page, "idle")
    expect(page.locator("#panel-chat")).to_be_hidden()
    page.click("#tab-chat")
    expect(page.locator("#message")).to_be_visible()
    page.click("#tab-chat")
    expect(page.locator("#message")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways"


def test_another_clients_technician_finds_nothing(sign_in: Callable[..., Page], helper: PlayedHelper) -> None:
    page = sign_in("bert")
    answer = page.goto(page.url.replace("/dashboard", f"/sessions/{helper.session_id}"))
    assert answer.status == 404
    assert "ann-laptop" not in page.content()


def test_a_viewer_is_told_that_this_takes_a_technician(sign_in: Callable[..., Page], helper: PlayedHelper) -> None:
    page = sign_in("vera")
    page.goto(page.url.replace("/dashboard", f"/sessions/{helper.session_id}"))
    state(page, "refused")
    expect(page.locator("#curtain")).to_contain_text("Sign in as a technician")
    expect(page.locator("#ask")).to_be_disabled()
