"""The portal as a customer meets it: a code typed in a real browser, on a real server."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.live.server import Server

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150"


def code_of(server: Server, **order: object) -> str:
    """A fresh support code of Tina's."""
    made = server.http("technician_a").post("/api/support-codes", json={"customer_name": "Ann Client", **order})
    return made.json()["support_code"]


def type_code(page: Page, text: str) -> None:
    page.locator("#code").press_sequentially(text)
    page.keyboard.press("Enter")


def choose_helper(page: Page, code: str) -> None:
    """Type a good code and take the second door."""
    type_code(page, code)
    page.click("#door-helper")


@pytest.fixture
def code(server: Server) -> str:
    return code_of(server)


def test_the_field_is_ready_and_formats(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type("48-29x1 37")
    expect(page.locator("#code")).to_have_value("482 913")


def test_the_second_door_downloads_at_once(visit: Callable[..., Page], server: Server, code: str,
                                           tmp_path: Path) -> None:
    page = visit(server.url + "/", accept_downloads=True)
    with page.expect_download() as started:
        choose_helper(page, f"{code[:3]} {code[3:]}")
    started.value.save_as(tmp_path / "package.zip")
    with zipfile.ZipFile(tmp_path / "package.zip") as package:
        assert package.testzip() is None
        assert any(name.endswith("appsettings.json") for name in package.namelist())
    expect(page.get_by_role("heading", name="Tina Acme will help you")).to_be_visible()
    expect(page.locator("#found")).to_contain_text("Ann Client")
    expect(page.locator("#found")).to_be_focused()
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()


def test_the_download_is_counted(visit: Callable[..., Page], server: Server, code: str) -> None:
    page = visit(server.url + "/", accept_downloads=True)
    with page.expect_response("**/api/track-download") as tracked, page.expect_download() as started:
        choose_helper(page, code)
    assert started.value.path().is_file()
    assert tracked.value.json()["success"] is True
    listed = server.http("technician_a").get("/api/support-codes").json()["support_codes"]
    assert [each["downloads"] for each in listed if each["code"] == code] == [1]


def test_a_wrong_code_says_so_and_lets_one_correct_it(visit: Callable[..., Page], server: Server, code: str) -> None:
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)
    page = visit(server.url + "/")
    type_code(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("not valid, or it has run out")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(code[0])
    expect(page.get_by_role("alert")).to_be_hidden()


def test_too_few_digits_never_reach_the_server(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/api/share" in request.url else None)
    type_code(page, "12345")
    expect(page.get_by_role("alert")).to_contain_text("this one has 5")
    assert asked == []


def test_too_many_tries_say_how_long_to_wait(visit: Callable[..., Page], start_server: Callable[..., Server]) -> None:
    strict = start_server(rate_limits="on")
    page = visit(strict.url + "/")
    for _ in range(15):
        with page.expect_response("**/api/share/doors") as answer:
            type_code(page, "000000")
        if answer.value.status == 429:
            break
    assert answer.value.status == 429 and int(answer.value.headers["retry-after"]) > 0
    expect(page.get_by_role("alert")).to_contain_text("Please wait")


def test_a_platform_without_helper_is_told_honestly(visit: Callable[..., Page], server: Server, code: str) -> None:
    page = visit(server.url + "/", user_agent=WINDOWS, accept_downloads=True)
    choose_helper(page, code)
    expect(page.get_by_role("heading", name="No Windows download yet")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="Linux", exact=True).click()
    assert started.value.suggested_filename.endswith(".zip")
    expect(page.get_by_role("button", name="Windows (not available)")).to_be_disabled()


def test_a_phone_is_sent_to_the_computer(visit: Callable[..., Page], server: Server, code: str) -> None:
    page = visit(server.url + "/", width=390, user_agent=IPHONE, accept_downloads=True)
    begun = []
    page.on("download", lambda download: begun.append(download))
    type_code(page, code)
    expect(page.locator("#door-share")).to_be_disabled()
    expect(page.locator("#door-share-why")).to_contain_text("Browsers on phones and tablets can’t show the screen")
    page.click("#door-helper")
    expect(page.get_by_role("heading", name="Now go to the computer that needs help")).to_be_visible()
    expect(page.locator("#found")).to_contain_text(f"{code[:3]}\u00a0{code[3:]}")
    assert begun == []


def test_a_link_fills_the_code_in(visit: Callable[..., Page], server: Server, code: str) -> None:
    page = visit(f"{server.url}/?code={code}")
    expect(page.locator("#code")).to_have_value(f"{code[:3]}\u00a0{code[3:]}")
    expect(page.locator("#code-go")).to_be_focused()


def test_a_hostile_customer_name_is_text(visit: Callable[..., Page], server: Server) -> None:
    code = code_of(server, customer_name="<img src=x onerror=alert(1)>")
    page = visit(server.url + "/", accept_downloads=True)
    type_code(page, code)
    expect(page.locator("#found")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#found img").count() == 0


def test_offline_says_what_to_try(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/")
    page.context.set_offline(True)
    type_code(page, "123456")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_sideways(visit: Callable[..., Page], server: Server, code: str, width: int) -> None:
    page = visit(server.url + "/", width=width, accept_downloads=True)
    type_code(page, code)
    expect(page.get_by_role("heading", name="Share my screen now")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.click("#door-helper")
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_first_door_leads_into_a_session_and_back_after_a_reload(visit: Callable[..., Page], server: Server,
                                                                     code: str) -> None:
    page = visit(server.url + "/")
    type_code(page, code)
    page.click("#door-share")
    page.wait_for_url("**/share")
    for _ in range(2):
        expect(page.get_by_role("heading", name="Tina Acme would like to see your screen")).to_be_visible()
        page.reload()
    cookie = next(each for each in page.context.cookies() if each["name"] == "share.sid")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    page.click("#leave")
    page.get_by_role("button", name="End the session", exact=True).click()
    expect(page.get_by_role("heading", name="The session has ended")).to_be_visible()


def test_a_second_tab_takes_the_session_and_the_first_says_so(visit: Callable[..., Page], server: Server,
                                                              code: str) -> None:
    page = visit(server.url + "/")
    type_code(page, code)
    page.click("#door-share")
    expect(page.locator("#share[data-state=ready]")).to_be_attached()
    other = page.context.new_page()
    other.goto(server.url + "/share")
    expect(other.locator("#share[data-state=ready]")).to_be_attached()
    expect(page.get_by_role("heading", name="The session goes on in another window")).to_be_visible()


def test_without_a_session_the_page_leads_back_to_the_code(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/share")
    expect(page.get_by_role("heading", name="You are in no session")).to_be_visible()
    page.get_by_role("button", name="Type a code").click()
    expect(page.locator("#code")).to_be_focused()


def test_a_browser_that_cannot_share_says_so(visit: Callable[..., Page], server: Server, code: str) -> None:
    page = visit(server.url + "/")
    page.evaluate("Object.defineProperty(navigator.mediaDevices, 'getDisplayMedia', {value: undefined})")
    type_code(page, code)
    expect(page.locator("#door-share")).to_be_disabled()
    expect(page.locator("#door-share-why")).to_contain_text("This browser can’t show the screen")
    expect(page.locator("#door-helper")).to_be_enabled()


def test_a_session_link_has_the_same_two_doors(visit: Callable[..., Page], server: Server) -> None:
    made = server.http("technician_a").post("/api/sessions/create").json()
    page = visit(f"{server.url}/support/{made['sessionId']}")
    expect(page.get_by_role("heading", name="Tina Acme will help you")).to_be_visible()
    expect(page.locator("#door-helper")).to_be_enabled()
    page.click("#door-share")
    expect(page.get_by_role("heading", name="Tina Acme would like to see your screen")).to_be_visible()
    row = server.http("technician_a").get(f"/api/sessions/{made['sessionId']}").json()
    assert row["machineName"] == "Web browser on Linux (Chrome)"


@pytest.mark.parametrize("name", ["9PD-835-6DE", "%3Cimg%20src=x%20onerror=alert(1)%3E"])
def test_a_link_that_is_none_leaves_the_field_for_a_code(visit: Callable[..., Page], server: Server, name: str) -> None:
    page = visit(f"{server.url}/support/{name}")
    expect(page.get_by_role("alert")).to_contain_text("This link is not valid, or it has run out")
    assert page.locator("main img").count() == 0
