"""The desk as a technician meets it: signed in through the form, in a real browser, on a real server."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from tests.cast import DEVICE_ID, DEVICE_OF_B_ID
from tests.live.server import Server

STAFF_PAGES = ["/dashboard", "/codes", "/devices", "/sessions", "/cases"]


def test_signing_in_leads_to_the_page_that_asked(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/codes")
    expect(page).to_have_url(re.compile(r"/login\?next=%2Fcodes$"))
    page.fill("#username", "tina")
    page.fill("#password", "correct-horse")
    page.keyboard.press("Enter")
    expect(page).to_have_url(server.url + "/codes")


def test_a_wrong_password_says_so(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/login")
    page.fill("#username", "tina")
    page.fill("#password", "wrong")
    page.click("#go")
    expect(page.get_by_role("alert")).to_have_text("User name or password is wrong.")
    expect(page).to_have_url(server.url + "/login")


def test_the_password_can_be_shown(visit: Callable[..., Page], server: Server) -> None:
    page = visit(server.url + "/login")
    page.get_by_role("button", name="Show password").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")


def test_signing_out_ends_the_cookie(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("tina")
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(server.url + "/login")
    page.goto(server.url + "/dashboard")
    expect(page).to_have_url(re.compile("/login"))


def test_a_code_is_shown_large_and_listed(sign_in: Callable[..., Page]) -> None:
    page, name = sign_in("tina", to="/codes"), f"Ann {token_hex(3)}"
    page.fill("#customer_name", name)
    page.fill("#notes", "The printer")
    page.get_by_role("button", name="Make code").click()
    large = page.locator("#made .ca-code-large")
    expect(large).to_have_text(re.compile(r"^\d{3}\s\d{3}$"))
    expect(page.locator("#made")).to_contain_text(re.compile(r"ends in 23 h 59 min"))
    row = page.locator("#codes .ca-code-row", has_text=name)
    expect(row).to_contain_text(large.inner_text())
    expect(row).to_contain_text("0 downloads")


def test_a_download_shows_up_without_a_reload(sign_in: Callable[..., Page], server: Server) -> None:
    page, name = sign_in("tina", to="/codes"), f"Live {token_hex(3)}"
    made = server.http("technician_a").post("/api/support-codes", json={"customer_name": name}).json()
    row = page.locator("#codes .ca-code-row", has_text=name)
    expect(row).to_be_visible()
    answer = server.http().post("/api/customer/installer", json={"support_code": made["support_code"]}).json()
    assert server.http().get(answer["download_url"]).status_code == 200
    expect(row).to_contain_text("1 download ")


def test_deactivating_asks_first(sign_in: Callable[..., Page], server: Server) -> None:
    name = f"Gone {token_hex(3)}"
    made = server.http("technician_a").post("/api/support-codes", json={"customer_name": name}).json()
    page = sign_in("tina", to="/codes")
    row = page.locator("#codes .ca-code-row", has_text=name)
    row.get_by_role("button", name="Deactivate").click()
    page.keyboard.press("Escape")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(row).to_be_hidden()
    answer = server.http().post("/api/customer/installer", json={"support_code": made["support_code"]})
    assert answer.status_code == 400


@pytest.mark.parametrize(("field", "value", "words"), [
    ("#customer_name", "  ", "customer’s name"), ("#expires_hours", "0", "1 to 168"),
    ("#expires_hours", "169", "1 to 168"), ("#expires_hours", "1.5", "1 to 168"),
    ("#customer_email", "not an address", "does not look right"),
])
def test_the_form_says_what_is_wrong(sign_in: Callable[..., Page], field: str, value: str, words: str) -> None:
    page = sign_in("tina", to="/codes")
    page.fill("#customer_name", "Ann")
    page.fill(field, value)
    page.get_by_role("button", name="Make code").click()
    expect(page.locator("#form-error")).to_contain_text(words)
    expect(page.locator(field)).to_be_focused()
    expect(page.locator("#made")).to_be_empty()


def test_a_device_comes_and_goes_without_a_reload(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("tina", to="/devices")
    row = page.locator("#rows tr", has_text=DEVICE_ID)
    expect(row).to_be_visible()
    expect(row.get_by_role("button", name="Connect")).to_be_disabled()
    helper = server.socket("device")
    expect(row).to_contain_text("online now")
    expect(row.get_by_role("button", name="Connect")).to_be_enabled()
    helper.close()
    expect(row.get_by_role("button", name="Connect")).to_be_disabled()


def test_another_clients_devices_stay_unseen(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("tina", to="/devices")
    expect(page.locator("#rows tr", has_text=DEVICE_ID)).to_be_visible()
    helper = server.socket("device_b")
    ours = server.socket("device")
    expect(page.locator("#rows tr", has_text=DEVICE_ID)).to_contain_text("online now")
    assert page.locator("#rows tr", has_text=DEVICE_OF_B_ID).count() == 0
    helper.close()
    ours.close()


def test_connect_asks_for_rights_and_opens_the_session(sign_in: Callable[..., Page], server: Server) -> None:
    helper = server.socket("device")
    page = sign_in("tina", to="/devices")
    page.locator("#rows tr", has_text=DEVICE_ID).get_by_role("button", name="Connect").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("See the screen").uncheck()
    expect(dialog.get_by_label("Mouse and keyboard")).not_to_be_checked()
    dialog.get_by_label("Clipboard").check()
    expect(dialog.get_by_label("See the screen")).to_be_checked()
    dialog.get_by_label("Reason, shown to the customer").fill("The printer & more")
    dialog.get_by_role("button", name="Ask and connect").click()
    page.wait_for_url(re.compile(r"/sessions/[A-Z0-9]{3}-\d{3}-[A-Z0-9]{3}\?rights=view%2Cclipboard&reason=The\+printer"))
    helper.close()


def test_renaming_and_searching(sign_in: Callable[..., Page]) -> None:
    page, name = sign_in("tina", to="/devices"), f"Reception {token_hex(3)}"
    page.locator("#rows tr", has_text=DEVICE_ID).get_by_role("button", name=re.compile("^Rename")).click()
    page.get_by_role("dialog").get_by_label("Machine").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    row = page.locator("#rows tr", has_text=name)
    expect(row).to_be_visible()
    page.fill("#search", name.upper())
    expect(page.locator("#rows tr")).to_have_count(1)
    page.fill("#search", "nothing is called that")
    expect(page.locator("#empty")).to_contain_text("Nothing fits")


def test_a_viewer_looks_but_does_not_act(sign_in: Callable[..., Page]) -> None:
    page = sign_in("vera", to="/devices")
    expect(page.locator("#rows tr", has_text=DEVICE_ID)).to_be_visible()
    assert page.get_by_role("button", name=re.compile("Connect|Rename|Remove")).count() == 0


def test_a_lost_line_is_said_and_made_good(visit: Callable[..., Page], start_server: Callable[..., Server]) -> None:
    own = start_server()
    page = visit(own.url + "/login?next=/codes")
    page.fill("#username", "tina")
    page.fill("#password", "correct-horse")
    page.click("#go")
    expect(page.locator("#codes")).to_contain_text("No active codes")
    own.kill()
    expect(page.locator("#live-pill")).to_be_visible(timeout=40_000)
    own.start()
    own.http("technician_a").post("/api/support-codes", json={"customer_name": "While away"})
    expect(page.locator("#live-pill")).to_be_hidden(timeout=40_000)
    expect(page.locator("#codes")).to_contain_text("While away")


def test_the_theme_is_remembered(sign_in: Callable[..., Page]) -> None:
    page = sign_in("tina", color_scheme="light")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_the_skip_link_leads_to_the_content(sign_in: Callable[..., Page]) -> None:
    page = sign_in("tina", to="/devices")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_nothing_sticks_out_on_a_phone(sign_in: Callable[..., Page], path: str) -> None:
    page = sign_in("tina", to=path, width=390)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.get_by_role("link", name="Support codes")).to_be_visible()


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_every_field_and_button_has_a_name(sign_in: Callable[..., Page], path: str) -> None:
    page = sign_in("tina", to=path)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    nameless = page.evaluate("""() => [...document.querySelectorAll("input, select, textarea, button, a[href]")]
      .filter((e) => !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim() || e.title))
      .map((e) => e.outerHTML.slice(0, 80))""")
    assert nameless == []


def test_removing_asks_first_and_the_device_must_enrol_anew(sign_in: Callable[..., Page], server: Server) -> None:
    name = f"Old {token_hex(3)}"
    device_id = enrolled(server, hostname=name)
    page = sign_in("tina", to="/devices")
    row = page.locator("#rows tr", has_text=name)
    row.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row).to_be_hidden()
    assert device_id not in server.http("admin").get("/api/devices").text


def enrolled(server: Server, *, hostname: str) -> str:
    """The id of a device that came by a support code of Tina's, as its helper enrols it."""
    made = server.http("technician_a").post("/api/support-codes", json={"customer_name": "Ann"}).json()
    order = {"support_code": made["support_code"], "platform": "linux-python"}
    package = server.http().get(server.http().post("/api/customer/installer", json=order).json()["download_url"])
    with zipfile.ZipFile(io.BytesIO(package.content)) as unpacked:
        name = next(each for each in unpacked.namelist() if each.endswith("appsettings.json"))
        settings = json.loads(unpacked.read(name))
    body = {"token": settings["Enrollment"]["Token"], "deviceId": settings["Device"]["Id"], "hostname": hostname}
    assert server.http().post("/api/enrollment/enroll", json=body).status_code == 200
    return body["deviceId"]
